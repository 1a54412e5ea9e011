/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/notify.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un where;
static socklen_t where_len;

void notify_init(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;

	where_len = 0;
	if (len < 2 || len >= sizeof(where.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	where.sun_family = AF_UNIX;
	memcpy(where.sun_path, path, len);
	if (path[0] == '@')
		where.sun_path[0] = '\0';	/* an abstract name, of exactly this length */
	where_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	unsetenv("NOTIFY_SOCKET");
}

void notify_send(const char *fmt, ...)
{
	char text[512];
	va_list args;
	int fd, len;

	if (where_len == 0)
		return;
	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len <= 0 || (size_t)len >= sizeof(text))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd == -1)
		return;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	/* a manager that does not read is not worth waiting for */
	(void)!sendto(fd, text, (size_t)len, MSG_NOSIGNAL, (struct sockaddr *)&where, where_len);
	close(fd);
}
