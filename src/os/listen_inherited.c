/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/listen_inherited.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>


#define FIRST 3		/* where systemd begins */
#define MOST 256

static struct {
	int  fd;
	char name[64];	/* "" without one */
} sockets[MOST];
static unsigned known;

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening;
}

/* How many descriptors systemd passed to this very process. */
static int passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");

	if (count == NULL || (pid != NULL && strtol(pid, NULL, 10) != (long)getpid()))
		return 0;
	return (int)strtol(count, NULL, 10);
}

static void copy_name(unsigned i, const char *names, int nth)
{
	size_t len;

	while (names != NULL && nth-- > 0) {
		names = strchr(names, ':');
		if (names != NULL)
			names++;
	}
	if (names == NULL)
		return;
	len = strcspn(names, ":");
	if (len < sizeof(sockets[i].name))
		memcpy(sockets[i].name, names, len);
}

void listen_inherited_init(void)
{
	int from_systemd = passed();

	for (int fd = FIRST; fd < FIRST + MOST && known < MOST; fd++) {
		if (!is_listening(fd))
			continue;
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		sockets[known].fd = fd;
		if (fd - FIRST < from_systemd)
			copy_name(known, getenv("LISTEN_FDNAMES"), fd - FIRST);
		known++;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

static int find(const char *name)
{
	bool digits = isdigit((unsigned char)name[0]) != 0;

	for (unsigned i = 0; i < known; i++) {
		if (digits ? sockets[i].fd == (int)strtol(name, NULL, 10)
			   : strcmp(sockets[i].name, name) == 0)
			return sockets[i].fd;
	}
	return -1;
}

int listen_inherited_take(const char *name, char *why, size_t size)
{
	int fd = find(name), copy;

	if (fd == -1) {
		snprintf(why, size, "fd:%s: no listening socket of that %s was inherited", name,
			 isdigit((unsigned char)name[0]) ? "number" : "name");
		return -1;
	}
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (copy == -1)
		snprintf(why, size, "fd:%s: %s", name, strerror(errno));
	else
		fcntl(copy, F_SETFL, fcntl(copy, F_GETFL) | O_NONBLOCK);
	return copy;
}

void listen_inherited_close(void)
{
	while (known > 0)
		close(sockets[--known].fd);
}
