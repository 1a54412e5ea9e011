/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/stderr.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log_write.h"

#define PATIENCE_MS 2000
#define STEP_MS 20

static int own = -1;	/* non-blocking; -1: there is none */
static bool torn;	/* half a line was written last: the next one needs a newline in front */

/* Linux opens the object behind a descriptor anew by this path, other systems only copy it. */
void stderr_open(void)
{
	struct stat st;

	if (own != -1)
		close(own);
	own = -1;
	torn = false;
#ifdef __linux__
	if (fstat(STDERR_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || isatty(STDERR_FILENO)))
		own = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
#else
	(void)st;
#endif
}

int stderr_fd(void)
{
	return own != -1 ? own : STDERR_FILENO;
}

bool stderr_goes_nowhere(void)
{
	struct stat st, null;

	if (fstat(STDERR_FILENO, &st) == -1)
		return true;
	return S_ISCHR(st.st_mode) && stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev;
}

/* 0 or an error; *done grows by what was written. */
static int write_part(struct slice lines, size_t *done)
{
	static const struct slice newline = { "\n", 1 };
	struct slice rest = { lines.data + *done, lines.len - *done };
	size_t written = 0;
	int error = 0;

	if (torn && *done == 0)
		error = log_write_all(stderr_fd(), newline, &written);
	if (error != 0)
		return error;
	torn = false;
	error = log_write_all(stderr_fd(), rest, &written);
	*done += written;
	torn = *done != 0 && lines.data[*done - 1] != '\n';
	return error;
}

bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;

	if (stream == NULL || sscanf(stream, "%" SCNuMAX ":%" SCNuMAX, &device, &inode) != 2)
		return false;
	return fstat(STDERR_FILENO, &st) == 0 && (uintmax_t)st.st_dev == device &&
	       (uintmax_t)st.st_ino == inode;
}

bool stderr_write(struct slice lines)
{
	size_t done = 0;
	int error = write_part(lines, &done);

	errno = error;
	return error == 0;
}

void stderr_print(struct slice lines)
{
	size_t done = 0, before = 0;
	unsigned waited = 0;

	while (write_part(lines, &done) == EAGAIN && waited < PATIENCE_MS) {
		waited = done != before ? 0 : waited + STEP_MS;
		before = done;
		poll(NULL, 0, STEP_MS);
	}
}

void stderr_printf(const char *fmt, ...)
{
	char line[1024];
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof(line)) {
		len = sizeof(line) - 1;
		line[len - 1] = '\n';
	}
	stderr_print((struct slice){ line, (size_t)len });
}
