/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "os/datagram_send.h"

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
	int len;

	if (where_len == 0)
		return;
	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (len <= 0 || (size_t)len >= sizeof(text))
		return;
	/* a manager that does not read is not worth waiting for */
	(void)!datagram_send((struct sockaddr *)&where, where_len,
			     (struct slice){ text, (size_t)len });
}
