/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses as people read them, and as addr_parse() reads them back. */
#include "core/addr.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/utf8.h"

/* A peer chooses the name of its socket: what is not printable must not reach a log. */
static void print_name(const char *prefix, const char *name, size_t len, char *buf, size_t size)
{
	size_t at = strlen(prefix);

	CHECK(at < size);	/* ADDR_TEXT, or some bytes less */
	memcpy(buf, prefix, at);
	for (size_t i = 0; i < len && at + 5 < size;) {
		unsigned char c = (unsigned char)name[i];
		size_t step = c < 0x80 ? 1 : utf8_length(name + i, len - i);
		bool plain = step > 0 && c >= 0x20 && c != 0x7f;

		if (step == 0)
			step = 1;
		if (plain)
			memcpy(buf + at, name + i, step);
		else
			memset(buf + at, '?', step);
		at += step;
		i += step;
	}
	if (at < size)
		buf[at] = '\0';
}

static void print_unix(const struct sockaddr_un *un, socklen_t len, char *buf, size_t size)
{
	size_t head = offsetof(struct sockaddr_un, sun_path);
	size_t room = len > head ? len - head : 0;

	if (room > sizeof(un->sun_path))
		room = sizeof(un->sun_path);
	if (room > 2 && un->sun_path[0] == '\0' && un->sun_path[room - 1] == '\0')
		room--;	/* addr_end_in_nul() */
	if (room > 1 && un->sun_path[0] == '\0')
		print_name("@", un->sun_path + 1, room - 1, buf, size);
	else
		print_name("unix:", un->sun_path, strnlen(un->sun_path, room), buf, size);
}

static char *put_number(char *at, unsigned n)
{
	char digits[10];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

/* Without printf: a configuration has thousands, and a line of the access log two. */
static void print_inet4(const unsigned char bytes[4], const char *port, char *buf, size_t size)
{
	char host[INET_ADDRSTRLEN], *at = host;
	size_t len, port_len = strlen(port);

	for (unsigned i = 0; i < 4; i++) {
		at = put_number(at, bytes[i]);
		*at++ = i < 3 ? '.' : ':';
	}
	len = (size_t)(at - host);
	if (len + port_len >= size) {
		snprintf(buf, size, "%.*s%s", (int)len, host, port);
		return;
	}
	memcpy(buf, host, len);
	memcpy(buf + len, port, port_len + 1);
}

static void print_inet6(const struct sockaddr_in6 *in6, const char *port, char *buf, size_t size)
{
	char host[INET6_ADDRSTRLEN] = "", scope[IF_NAMESIZE + 1] = "";

	if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		print_inet4(in6->sin6_addr.s6_addr + 12, port, buf, size);
		return;
	}
	inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
	if (in6->sin6_scope_id != 0) {
		scope[0] = '%';
		if (if_indextoname(in6->sin6_scope_id, scope + 1) == NULL)
			snprintf(scope + 1, sizeof(scope) - 1, "%" PRIu32, in6->sin6_scope_id);
	}
	snprintf(buf, size, "[%s%s]:%s", host, scope, port);
}

static void print_sockaddr(const struct addr *a, const char *port, char *buf, size_t size)
{
	switch (a->u.sa.sa_family) {
	case AF_INET:
		print_inet4((const unsigned char *)&a->u.in.sin_addr, port, buf, size);
		return;
	case AF_INET6:
		print_inet6(&a->u.in6, port, buf, size);
		return;
	case AF_UNIX:
		print_unix(&a->u.un, a->len, buf, size);
		return;
	default:
		snprintf(buf, size, "-");
	}
}

const char *addr_print(const struct addr *a, char *buf, size_t size)
{
	const char *type = a->datagram ? "/udp" : "";
	char port[24];

	if (a->client_port)
		snprintf(port, sizeof(port), "*%s", type);
	else if (a->port_last > 0)
		snprintf(port, sizeof(port), "%u-%u%s", addr_port(a), a->port_last, type);
	else
		memcpy(put_number(port, addr_port(a)), type, strlen(type) + 1);
	if (a->kind == ADDR_NONE)
		snprintf(buf, size, "-");
	else if (a->kind == ADDR_FD)
		snprintf(buf, size, "fd:%s", a->u.fd_name);
	else if (a->kind == ADDR_ANY)
		snprintf(buf, size, ":%s", port);
	else
		print_sockaddr(a, port, buf, size);
	return buf;
}

const char *addr_print_sockaddr(const struct sockaddr *sa, socklen_t len, char *buf, size_t size)
{
	struct addr a = { .kind = ADDR_NONE };

	if (len < (socklen_t)sizeof(sa->sa_family) || len > (socklen_t)sizeof(a.u)) {
		/* What accept() gives for an unnamed peer on some systems. */
		snprintf(buf, size, len == 0 ? "unix:" : "-");
		return buf;
	}
	memcpy(&a.u, sa, len);
	a.len = len;
	if (sa->sa_family == AF_INET)
		a.kind = ADDR_INET;
	else if (sa->sa_family == AF_INET6)
		a.kind = ADDR_INET6;
	else if (sa->sa_family == AF_UNIX)
		a.kind = ADDR_UNIX;
	return addr_print(&a, buf, size);
}

struct slice addr_print_host(const struct sockaddr *sa, char buf[ADDR_TEXT])
{
	socklen_t len = sa->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
						  : sizeof(struct sockaddr_in);
	const char *colon;

	if (sa->sa_family != AF_INET && sa->sa_family != AF_INET6)
		return slice_of("");
	colon = strrchr(addr_print_sockaddr(sa, len, buf, ADDR_TEXT), ':');
	return (struct slice){ buf, colon != NULL ? (size_t)(colon - buf) : 0 };
}
