/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_write.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef PIPE_BUF
#define PIPE_BUF 512
#endif

uint64_t log_write_lines(struct slice lines)
{
	const char *at = lines.data, *end = lines.data + lines.len;
	uint64_t n = 0;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		n++;
		at++;
	}
	return n;
}

/* As many whole lines as fit into `max`; a longer line is cut. */
static size_t piece(struct slice lines, size_t max)
{
	if (lines.len <= max)
		return lines.len;
	for (size_t n = max; n > 0; n--) {
		if (lines.data[n - 1] == '\n')
			return n;
	}
	return max;
}

/* Another writer may fill the pipe between poll() and this. */
static ssize_t write_now(int fd, struct slice lines)
{
#ifdef RWF_NOWAIT
	struct iovec part = { (void *)(uintptr_t)lines.data, lines.len };
	ssize_t n = pwritev2(fd, &part, 1, -1, RWF_NOWAIT);

	if (n != -1 || (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL))
		return n;
#endif
	return write(fd, lines.data, lines.len);
}

/*
 * The descriptor's flags belong to everybody who shares it (the shell, for one)
 * and are left alone. A pipe that polls writable takes PIPE_BUF bytes at once.
 */
static ssize_t write_some(int fd, mode_t type, struct slice lines)
{
	struct pollfd poller = { .fd = fd, .events = POLLOUT };

	if (S_ISREG(type))
		return write(fd, lines.data, lines.len);
	if (S_ISSOCK(type))
		return send(fd, lines.data, lines.len, MSG_DONTWAIT);
	if (poll(&poller, 1, 0) == 0) {
		errno = EAGAIN;
		return -1;
	}
	lines.len = piece(lines, PIPE_BUF);
	return write_now(fd, lines);
}

int log_write_all(int fd, struct slice lines, size_t *written)
{
	struct stat st;

	*written = 0;
	if (fstat(fd, &st) == -1)
		return errno;
	while (*written < lines.len) {
		struct slice rest = { lines.data + *written, lines.len - *written };
		ssize_t n = write_some(fd, st.st_mode, rest);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EWOULDBLOCK ? EAGAIN : errno;
		if (n == 0)
			return EIO;
		*written += (size_t)n;
	}
	return 0;
}
