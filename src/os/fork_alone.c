/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/fork_alone.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "core/clock.h"

#define MOST_MS 2000

void fork_alone_wait(int fd, pid_t pid)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t until = clock_ms() + MOST_MS, now = clock_ms();
	char byte;

	while (now < until && poll(&p, 1, (int)(until - now)) == -1 && errno == EINTR)
		now = clock_ms();
	if ((p.revents & (POLLIN | POLLHUP)) == 0 || read(fd, &byte, 1) != 1)
		kill(pid, SIGKILL);
}
