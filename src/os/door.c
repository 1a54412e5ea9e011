/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/door.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/slice.h"
#include "os/descriptor_pass.h"

enum { OUTSIDE, INSIDE };

static int doors[DOORS][2];
static bool opened;

static bool pair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		return false;
	for (int i = 0; i < 2; i++) {
		(void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		(void)fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

bool door_open(void)
{
	for (int i = 0; i < DOORS; i++) {
		if (pair(doors[i]))
			continue;
		while (i-- > 0) {
			close(doors[i][OUTSIDE]);
			close(doors[i][INSIDE]);
		}
		return false;
	}
	opened = true;
	return true;
}

void door_close(void)
{
	for (int i = 0; i < DOORS && opened; i++) {
		close(doors[i][OUTSIDE]);
		close(doors[i][INSIDE]);
	}
	opened = false;
}

int door_connect(enum door_to door)
{
	int fds[2];
	ssize_t sent;

	if (!pair(fds))
		return -1;
	sent = descriptor_pass_send(doors[door][OUTSIDE], fds[INSIDE], slice_of("d"));
	close(fds[INSIDE]);
	if (sent == 1)
		return fds[OUTSIDE];
	close(fds[OUTSIDE]);
	return -1;
}

int door_descriptor(enum door_to door)
{
	return doors[door][INSIDE];
}

int door_accept(enum door_to door)
{
	return descriptor_pass_receive(doors[door][INSIDE]);
}
