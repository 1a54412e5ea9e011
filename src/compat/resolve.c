/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/resolve.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/slice.h"

struct host_port {
	char        host[256];	/* "" for none; without brackets */
	const char *port;
};

/* getaddrinfo() accepts any number and truncates it to 16 bits. */
static bool is_too_large(const char *port)
{
	char *end;
	unsigned long number = strtoul(port, &end, 10);

	return *end == '\0' && number > 65535;
}

static bool split(const char *text, struct host_port *hp, const char **why)
{
	const char *colon = strrchr(text, ':');
	struct slice host = { text, colon ? (size_t)(colon - text) : 0 };

	*why = "missing port in address";
	if (!colon || (*text == '[' && colon[-1] != ']'))
		return false;
	if (host.len > 1 && *text == '[') {
		host.data++;
		host.len -= 2;
	} else if (memchr(host.data, ':', host.len)) {
		*why = "too many colons in address";
		return false;
	}
	*why = "invalid port";
	if (is_too_large(colon + 1))
		return false;
	*why = "name too long";
	if (host.len >= sizeof(hp->host))
		return false;
	memcpy(hp->host, host.data, host.len);
	hp->host[host.len] = '\0';
	hp->port = colon[1] ? colon + 1 : "0";
	return true;
}

static bool unspecified(const struct addrinfo *ai)
{
	const struct sockaddr_in6 *in6 = (const void *)ai->ai_addr;

	return ai->ai_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr);
}

/* Go listens on both families for "[::]" too. */
static void put(struct resolved *out, const struct addrinfo *ai)
{
	addr_print_sockaddr(ai->ai_addr, ai->ai_addrlen, out->text, ADDR_TEXT);
	if (unspecified(ai))
		memmove(out->text, strrchr(out->text, ':'), strlen(strrchr(out->text, ':')) + 1);
}

static const struct addrinfo *first_v4(const struct addrinfo *list)
{
	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next)
		if (ai->ai_family == AF_INET)
			return ai;
	return list;
}

bool resolve_listen(const char *text, struct resolved *out, const char **why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *list;
	struct host_port hp;

	out->named = false;
	if (!split(text, &hp, why))
		return false;
	const char *host = hp.host[0] ? hp.host : "::";
	int error = getaddrinfo(host, hp.port, &hints, &list);
	if (error == EAI_NONAME) {
		out->named = true;
		hints.ai_flags = 0;
		error = getaddrinfo(host, hp.port, &hints, &list);
	}
	if (error) {
		*why = gai_strerror(error);
		return false;
	}
	put(out, first_v4(list));
	freeaddrinfo(list);
	return true;
}

/* false: neither a number nor a name that this machine knows. */
static bool find_port(const char *text, unsigned *port)
{
	const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM,
					.ai_flags = AI_NUMERICHOST };
	struct addr addr = { .kind = ADDR_INET };
	struct addrinfo *list;

	if (getaddrinfo("127.0.0.1", text, &hints, &list) != 0)
		return false;
	memcpy(&addr.u.in, list->ai_addr, sizeof(addr.u.in));
	freeaddrinfo(list);
	*port = addr_port(&addr);
	return true;
}

bool resolve_remote(const char *text, struct endpoint *out, struct arena *arena, const char **why)
{
	struct host_port hp;
	unsigned port;

	if (!split(text, &hp, why))
		return false;
	if (!find_port(hp.port, &port)) {
		*why = "unknown port";
		return false;
	}
	const char *host = hp.host[0] != '\0' ? hp.host : "127.0.0.1";
	const char *form = strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u";
	return endpoint_parse(slice_of(arena_printf(arena, form, host, port)), out, NULL, arena,
			      why);
}
