/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event/event.h"

#define RESERVED 64	/* of many; of few an eighth */
#define PAUSE_MS 100

static uint64_t exhausted_until;	/* loop clock */

static bool is_reserved(int fd)
{
	struct rlimit limit;
	rlim_t reserved;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur == RLIM_INFINITY)
		return false;
	reserved = limit.rlim_cur / 8 < RESERVED ? limit.rlim_cur / 8 : RESERVED;
	return (rlim_t)fd >= limit.rlim_cur - reserved;
}

int fanout_descriptors_open(int family)
{
	int fd;

	if (loop_now() < exhausted_until) {
		errno = EMFILE;
		return -1;
	}
	fd = socket(family, SOCK_DGRAM, 0);
	if (fd != -1 && is_reserved(fd)) {
		close(fd);
		fd = -1;
		errno = EMFILE;
	}
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE)
			exhausted_until = loop_now() + PAUSE_MS;
		return -1;
	}
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}
