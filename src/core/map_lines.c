/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/map_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"

#define ROOM 65536	/* bytes of a piece, and of the longest line */

int map_lines_open(const char *path, const char **why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	*why = NULL;
	if (fd == -1 || fstat(fd, &st) == -1)
		*why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		*why = "it is no regular file";
	if (*why == NULL)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

void map_lines_begin(struct map_lines *l)
{
	*l = (struct map_lines){ .bytes = malloc(ROOM) };
	CHECK(l->bytes != NULL);
}

void map_lines_end(struct map_lines *l)
{
	free(l->bytes);
	l->bytes = NULL;
}

/* Whole lines; `last`: what is left is one as well. */
static void take_lines(struct map_lines *l, bool last, const struct map_lines_user *user)
{
	static const char mark[] = "\xef\xbb\xbf";	/* of UTF-8, as some editors write it */
	char *at = l->bytes, *end = l->bytes + l->len, *newline;

	while (at < end && ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL || last)) {
		struct slice line = { at, (size_t)((newline != NULL ? newline : end) - at) };

		at += line.len + (newline != NULL);
		if (!l->skipping) {
			l->number++;
			if (l->number == 1 && slice_starts(line, mark))
				line = slice_after(line, sizeof(mark) - 1);
			user->take(user->arg, l->number, line, NULL);
		}
		l->skipping = false;
	}
	l->len = (size_t)(end - at);
	memmove(l->bytes, at, l->len);
	if (l->len < ROOM)
		return;
	if (!l->skipping) {
		l->number++;
		user->take(user->arg, l->number, (struct slice){ NULL, 0 },
			   "it is longer than 65536 bytes");
	}
	l->skipping = true;
	l->len = 0;
}

int map_lines_read(struct map_lines *l, int fd, const struct map_lines_user *user)
{
	ssize_t n;

	do
		n = read(fd, l->bytes + l->len, ROOM - l->len);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		l->len += (size_t)n;
	else {
		int error = errno;

		take_lines(l, true, user);
		errno = error;
		return n == 0 ? 0 : -1;
	}
	take_lines(l, false, user);
	return 1;
}
