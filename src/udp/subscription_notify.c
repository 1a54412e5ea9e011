/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_notify.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"

#define TEXT_MAX (2 * SUBSCRIPTION_KEY_MAX + 64)

/* An address is this machine's when a socket can be bound to it. */
static bool is_here(const struct sockaddr *sender)
{
	union {
		struct sockaddr     sa;
		struct sockaddr_in  in;
		struct sockaddr_in6 in6;
	} own;
	bool v6 = sender != NULL && sender->sa_family == AF_INET6;
	socklen_t len = v6 ? sizeof(own.in6) : sizeof(own.in);
	bool here;
	int fd;

	if (sender == NULL || (!v6 && sender->sa_family != AF_INET))
		return sender != NULL;
	memcpy(&own, sender, len);
	if (v6)
		own.in6.sin6_port = 0;
	else
		own.in.sin_port = 0;
	fd = socket(own.sa.sa_family, SOCK_DGRAM, 0);
	here = fd != -1 && bind(fd, &own.sa, len) == 0;
	if (fd != -1)
		close(fd);
	return here;
}

static bool send_text(const struct sockaddr_un *to, const char *text, size_t len)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), error;
	bool sent;

	if (fd == -1)
		return false;
	sent = fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	       sendto(fd, text, len, 0, (const struct sockaddr *)(const void *)to,
		      sizeof(*to)) == (ssize_t)len;
	error = errno;
	close(fd);
	errno = error;
	return sent;
}

void subscription_notify_added(const struct subscription *s, const struct sockaddr *sender)
{
	static struct log_limit limit;
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct slice node = s->address.len != 0 ? s->address : s->vassal;
	char text[TEXT_MAX];
	int len;

	if (s->notify.len == 0 || s->notify.len >= sizeof(to.sun_path) || !is_here(sender))
		return;
	memcpy(to.sun_path, s->notify.data, s->notify.len);
	len = snprintf(text, sizeof(text), "[subscription ack] %.*s => new node: %.*s",
		       (int)s->key.len, s->key.data, (int)node.len, node.data);
	if (!send_text(&to, text, (size_t)len) && log_limited(&limit, 1))
		log_write(LEVEL_INFO, "notify %s: %s", to.sun_path, strerror(errno));
}
