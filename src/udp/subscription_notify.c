/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_notify.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"
#include "core/network.h"
#include "os/datagram_send.h"

#define TEXT_MAX (2 * SUBSCRIPTION_KEY_MAX + 64)

/* An address is this machine's when it is where datagrams to it come from. */
static bool is_here(const struct sockaddr *sender)
{
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);
	struct in6_addr it, here;
	int fd;

	if (sender == NULL || (sender->sa_family != AF_INET && sender->sa_family != AF_INET6))
		return sender != NULL;
	fd = socket(sender->sa_family, SOCK_DGRAM, 0);
	if (fd == -1)
		return false;
	if (connect(fd, sender, sender->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
							      : sizeof(struct sockaddr_in)) == -1 ||
	    getsockname(fd, (struct sockaddr *)&own, &len) == -1)
		own.ss_family = AF_UNSPEC;
	close(fd);
	if (own.ss_family == AF_UNSPEC || !network_host(sender, &it) ||
	    !network_host((struct sockaddr *)&own, &here))
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&it) && it.s6_addr[12] == 127)
		return true;
	return memcmp(&it, &here, sizeof(it)) == 0;
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
	if (!datagram_send((const struct sockaddr *)(const void *)&to, sizeof(to),
			   (struct slice){ text, (size_t)len }) && log_limited(&limit, 1))
		log_write(LEVEL_INFO, "notify %s: %s", to.sun_path, strerror(errno));
}
