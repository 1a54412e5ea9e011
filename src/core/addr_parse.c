/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads addresses. Nearly everything that is wrong with one has been written
 * by somebody before: the sentence says what to write instead.
 */
#include "core/addr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/units.h"

struct addr_text {
	struct addr *addr;
	struct slice text; /* the whole of it, for messages */
	enum addr_use use;
	const char *base;
	char *why;
	size_t why_size;
};

static bool PRINTF(2, 3) wrong(struct addr_text *r, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(r->why, r->why_size, fmt, args);
	va_end(args);
	r->addr->kind = ADDR_NONE;
	return false;
}

static bool read_unix(struct addr_text *r, struct slice path)
{
	struct sockaddr_un *un = &r->addr->u.un;
	const char *base = r->base != NULL && path.len > 0 && path.data[0] != '/' ? r->base : "";
	size_t before = base[0] != '\0' ? strlen(base) + 1 : 0;	/* and a slash */
	size_t len = before + path.len;

	if (path.len == 0)
		return wrong(r, "unix: without a path");
	if (len >= sizeof(un->sun_path))
		return wrong(r, "a unix path of %zu bytes; the system takes at most %zu", len,
			     sizeof(un->sun_path) - 1);
	un->sun_family = AF_UNIX;
	/* without printf: a pattern makes an address for each request */
	if (before != 0) {
		memcpy(un->sun_path, base, before - 1);
		un->sun_path[before - 1] = '/';
	}
	memcpy(un->sun_path + before, path.data, path.len);
	un->sun_path[len] = '\0';
	r->addr->kind = ADDR_UNIX;
	r->addr->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	return true;
}

static bool read_abstract(struct addr_text *r, struct slice name)
{
#ifdef __linux__
	struct sockaddr_un *un = &r->addr->u.un;

	if (name.len == 0)
		return wrong(r, "@ without a name");
	if (name.len >= sizeof(un->sun_path))
		return wrong(r, "an abstract name of %zu bytes; the system takes at most %zu",
			     name.len, sizeof(un->sun_path) - 1);
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path + 1, name.data, name.len);
	r->addr->kind = ADDR_ABSTRACT;
	r->addr->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + name.len);
	return true;
#else
	return wrong(r, "@%.*s: abstract names are Linux's; use a path", SHOWN(name));
#endif
}

static bool read_fd(struct addr_text *r, struct slice name)
{
	char *to = r->addr->u.fd_name;

	if (r->use != ADDR_LISTEN)
		return wrong(r, "fd:%.*s is for listening only", SHOWN(name));
	if (name.len == 0 || name.len >= sizeof(r->addr->u.fd_name))
		return wrong(r, "fd: takes a number or a name of at most %zu bytes",
			     sizeof(r->addr->u.fd_name) - 1);
	for (size_t i = 0; i < name.len; i++)
		if (!isgraph((unsigned char)name.data[i]) || name.data[i] == ':')
			return wrong(r, "fd:%.*s: not a name that LISTEN_FDNAMES could hold",
				     SHOWN(name));
	memcpy(to, name.data, name.len);
	to[name.len] = '\0';
	r->addr->kind = ADDR_FD;
	return true;
}

static bool read_port_number(struct addr_text *r, struct slice text, uint16_t *port)
{
	uint64_t value;

	if (!number_parse(text, &value) || value == 0 || value > 65535)
		return wrong(r, "\"%.*s\" is not a port; write a number from 1 to 65535",
			     SHOWN(text));
	*port = (uint16_t)value;
	return true;
}

/* The port is set last: it needs the kind. */
static bool read_port(struct addr_text *r, struct slice text)
{
	const char *dash = memchr(text.data, '-', text.len);
	uint16_t first = 0, last = 0;

	if (slice_is(text, "*")) {
		if (r->use == ADDR_LISTEN)
			return wrong(r,
				     "port * is for backends; listeners take a range such as "
				     "8000-8010");
		r->addr->client_port = true;
		return true;
	}
	if (dash != NULL && r->use != ADDR_LISTEN)
		return wrong(r, "a range of ports is for listening only");
	size_t len = dash != NULL ? (size_t)(dash - text.data) : text.len;

	if (!read_port_number(r, (struct slice){ text.data, len }, &first))
		return false;
	if (dash != NULL && !read_port_number(r, slice_after(text, len + 1), &last))
		return false;
	if (dash != NULL && last < first)
		return wrong(r, "the range %u-%u runs backwards", first, last);
	addr_set_port(r->addr, first);
	r->addr->port_last = last > first ? last : 0;
	return true;
}

static void set_inet(struct addr *a, const void *bytes)
{
	a->kind = ADDR_INET;
	a->len = sizeof(a->u.in);
	memset(&a->u.in, 0, sizeof(a->u.in));
	a->u.in.sin_family = AF_INET;
	memcpy(&a->u.in.sin_addr, bytes, 4);
}

static void set_inet6(struct addr *a, enum addr_kind kind, const struct in6_addr *host)
{
	a->kind = kind;
	a->len = sizeof(a->u.in6);
	memset(&a->u.in6, 0, sizeof(a->u.in6));
	a->u.in6.sin6_family = AF_INET6;
	a->u.in6.sin6_addr = *host;
}

/* `text` is what stands between the brackets. */
static bool read_host6(struct addr_text *r, struct slice text)
{
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 2];
	struct in6_addr bytes;

	if (text.len >= sizeof(host))
		return wrong(r, "[%.*s] is not an IPv6 address", SHOWN(text));
	memcpy(host, text.data, text.len);
	host[text.len] = '\0';
	char *scope = strchr(host, '%');

	if (scope != NULL)
		*scope++ = '\0';
	if (inet_pton(AF_INET6, host, &bytes) != 1)
		return wrong(r, "[%.*s] is not an IPv6 address", SHOWN(text));
	if (IN6_IS_ADDR_V4MAPPED(&bytes)) { /* one address, one form: it prints as v4 too */
		set_inet(r->addr, bytes.s6_addr + 12);
		return true;
	}
	set_inet6(r->addr, ADDR_INET6, &bytes);
	if (scope == NULL && IN6_IS_ADDR_LINKLOCAL(&bytes))
		return wrong(r, "[%.*s] is link-local and needs its interface; write [%.*s%%eth0]",
			     SHOWN(text), SHOWN(text));
	if (scope != NULL) {
		uint64_t index = if_nametoindex(scope);

		if (index == 0 && (!number_parse(slice_of(scope), &index) || index > UINT32_MAX))
			return wrong(r, "%s is not an interface of this machine", scope);
		r->addr->u.in6.sin6_scope_id = (uint32_t)index;
	}
	return true;
}

static bool is_numeric(struct slice host)
{
	for (size_t i = 0; i < host.len; i++)
		if ((host.data[i] < '0' || host.data[i] > '9') && host.data[i] != '.')
			return false;
	return true;
}

static bool read_host4(struct addr_text *r, struct slice host)
{
	char text[INET_ADDRSTRLEN] = "";
	struct in_addr bytes;

	if (host.len < sizeof(text))
		memcpy(text, host.data, host.len);
	if (inet_pton(AF_INET, text, &bytes) == 1) {
		set_inet(r->addr, &bytes);
		return true;
	}
	if (is_numeric(host))
		return wrong(r, "%.*s is not an IPv4 address", SHOWN(host));
	if (memchr(host.data, ':', host.len) != NULL)
		return wrong(r, "an IPv6 address needs brackets; write \"[v6]:port\"");
	if (slice_is(host, "*") && r->use != ADDR_LISTEN)
		return wrong(r, "* is no address to connect to");
	if (slice_is(host, "*"))
		return wrong(r, "write \":PORT\" for all addresses");
	if (r->use == ADDR_LISTEN)
		return wrong(r, "%.*s is a name; listen on an address, such as 127.0.0.1:80 or :80",
			     SHOWN(host));
	return wrong(r,
		     "%.*s is a name, and here only an address is possible",
		     SHOWN(host));
}

static bool read_host(struct addr_text *r, struct slice host)
{
	if (host.len == 0) {
		if (r->use != ADDR_LISTEN)
			return wrong(r, "%.*s has no host; write HOST%.*s", SHOWN(r->text),
				     SHOWN(r->text));
		set_inet6(r->addr, ADDR_ANY, &in6addr_any);
		return true;
	}
	if (host.data[0] == '[' && host.data[host.len - 1] == ']')
		return read_host6(r, (struct slice){ host.data + 1, host.len - 2 });
	return read_host4(r, host);
}

/* "8080", "8000-8010" */
static bool is_range(struct slice text)
{
	const char *dash = memchr(text.data, '-', text.len);
	size_t first = dash != NULL ? (size_t)(dash - text.data) : text.len;
	uint64_t port;

	return number_parse((struct slice){ text.data, first }, &port) &&
		(dash == NULL || number_parse(slice_after(text, first + 1), &port));
}

/* Without a colon that could part host and port: say which of the two is missing. */
static bool no_port(struct addr_text *r)
{
	uint64_t port;
	struct in6_addr bytes;
	char host[INET6_ADDRSTRLEN] = "";

	if (is_range(r->text) && r->use == ADDR_LISTEN)
		return wrong(r, "%.*s has no host; write :%.*s for all addresses", SHOWN(r->text),
			     SHOWN(r->text));
	if (number_parse(r->text, &port))
		return wrong(r, "%.*s has no host; write HOST:%.*s", SHOWN(r->text),
			     SHOWN(r->text));
	if (r->text.len < sizeof(host))
		memcpy(host, r->text.data, r->text.len);
	bool closed = r->text.data[r->text.len - 1] == ']';

	if (inet_pton(AF_INET6, host, &bytes) == 1 || (r->text.data[0] == '[' && !closed))
		return wrong(r, "%.*s has no port; an IPv6 address with one is \"[v6]:PORT\"",
			     SHOWN(r->text));
	return wrong(r, "%.*s has no port; write %.*s:PORT", SHOWN(r->text), SHOWN(r->text));
}

static bool read_host_and_port(struct addr_text *r)
{
	struct in6_addr bytes;
	char whole[INET6_ADDRSTRLEN] = "";
	size_t colon = r->text.len;

	while (colon > 0 && r->text.data[colon - 1] != ':' && r->text.data[colon - 1] != ']')
		colon--;
	if (r->text.len < sizeof(whole))
		memcpy(whole, r->text.data, r->text.len);
	if (colon == 0 || r->text.data[colon - 1] != ':' || inet_pton(AF_INET6, whole, &bytes) == 1)
		return no_port(r);
	struct slice host = { r->text.data, colon - 1 };

	return read_host(r, host) && read_port(r, slice_after(r->text, colon));
}

bool addr_parse(struct addr *a, struct slice text, enum addr_use use, const char *base, char *why,
		size_t why_size)
{
	struct addr_text r = { a, text, use, base, why, why_size };

	memset(a, 0, sizeof(*a));
	if (addr_foreign(text, why, why_size))
		return false;
	if (text.data[0] == '/')
		return read_unix(&r, text);
	if (slice_starts(text, "unix:"))
		return read_unix(&r, slice_after(text, 5));
	if (text.data[0] == '@')
		return read_abstract(&r, slice_after(text, 1));
	if (slice_starts(text, "fd:"))
		return read_fd(&r, slice_after(text, 3));
	if (slice_starts(text, "srv:"))
		return wrong(&r, "srv: is a name, and here only an address is possible");
	return read_host_and_port(&r);
}
