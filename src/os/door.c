/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/door.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/descriptor_pass.h"
#include "os/packet_pair.h"

enum { OUTSIDE, INSIDE };

static int doors[DOORS][2];
static bool opened;

static void close_pair(const int fds[2])
{
	close(fds[OUTSIDE]);
	close(fds[INSIDE]);
}

bool door_open(void)
{
	for (int i = 0; i < DOORS; i++) {
		if (packet_pair(doors[i]))
			continue;
		while (i-- > 0)
			close_pair(doors[i]);
		return false;
	}
	opened = true;
	return true;
}

void door_close(void)
{
	for (int i = 0; i < DOORS && opened; i++)
		close_pair(doors[i]);
	opened = false;
}

static bool pass_through(int outside, int fd, struct slice bytes)
{
	ssize_t sent;

	do
		sent = descriptor_pass_send(outside, fd, bytes);
	while (sent == -1 && errno == EINTR);
	return sent != -1;
}

bool door_pass(enum door_to door, int fd, struct slice bytes)
{
	return pass_through(doors[door][OUTSIDE], fd, bytes);
}

int door_outside(enum door_to door)
{
	return doors[door][OUTSIDE];
}

int door_connect(enum door_to door, struct slice bytes)
{
	return door_connect_by(doors[door][OUTSIDE], bytes);
}

int door_connect_by(int outside, struct slice bytes)
{
	int fds[2];
	bool passed;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		return -1;
	(void)fcntl(fds[OUTSIDE], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[OUTSIDE], F_SETFL, O_NONBLOCK);
	passed = pass_through(outside, fds[INSIDE], bytes);
	close(fds[INSIDE]);
	if (passed)
		return fds[OUTSIDE];
	close(fds[OUTSIDE]);
	return -1;
}

int door_descriptor(enum door_to door)
{
	return doors[door][INSIDE];
}

int door_accept(enum door_to door, char *bytes, size_t room, size_t *len)
{
	return descriptor_pass_receive(doors[door][INSIDE], bytes, room, len);
}
