/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"

#ifndef _PATH_LOG
#define _PATH_LOG "/dev/log"
#endif

static const char *place = _PATH_LOG;
static int fd = -1;
static bool told;	/* that there is no daemon */

void log_syslog_path(const char *path)
{
	place = path != NULL ? path : _PATH_LOG;
	if (fd != -1)
		close(fd);
	fd = -1;
}

static bool connect_daemon(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (fd != -1)
		return true;
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", place);
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1)
		return false;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return true;

	int error = errno;

	close(fd);
	fd = -1;
	errno = error;
	return false;
}

int log_syslog_severity(enum log_level level)
{
	static const int severities[] = {
		[LEVEL_ALERT] = LOG_ALERT,   [LEVEL_ERROR] = LOG_ERR, [LEVEL_WARN] = LOG_WARNING,
		[LEVEL_NOTICE] = LOG_NOTICE, [LEVEL_INFO] = LOG_INFO, [LEVEL_DEBUG] = LOG_DEBUG,
	};

	return severities[level];
}

bool log_syslog_is_away(int error)
{
	return error != EAGAIN && error != ENOBUFS && error != EMSGSIZE;
}

bool log_syslog_reachable(void)
{
	return connect_daemon();
}

bool log_syslog_note(bool away)
{
	bool news = told != away;

	told = away;
	return news;
}

/* The old BSD form (RFC 3164), which every daemon reads from its local socket. */
static size_t print_head(int priority, uint32_t pid, char *buf, size_t size)
{
	time_t now = time(NULL);
	char when[24];
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%h %e %T", &tm);
	snprintf(buf, size, "<%d>%s %.32s[%u]: ", priority, when, log_ident(), pid);
	return strlen(buf);
}

static bool send_line(int priority, uint32_t pid, struct slice line)
{
	char head[80];
	struct iovec parts[2] = {
		{ head, print_head(priority, pid, head, sizeof(head)) },
		{ (void *)(uintptr_t)line.data, line.len },
	};
	const struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	return sendmsg(fd, &message, MSG_DONTWAIT) != -1;
}

bool log_syslog_send(int priority, uint32_t pid, struct slice line)
{
	if (!connect_daemon())
		return false;
	if (send_line(priority, pid, line))
		return true;
	if (errno == EAGAIN || errno == ENOBUFS || errno == EMSGSIZE)
		return false;
	/* the daemon was started anew: its socket is another one */
	log_syslog_path(place);
	return connect_daemon() && send_line(priority, pid, line);
}
