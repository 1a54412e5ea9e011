/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_address.h"

#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/endpoint.h"

/* Of the sender; a unix socket is this machine's. Returns the length; 0: it has none. */
static size_t print_host(const struct sockaddr *sender, char *buf)
{
	char text[ADDR_TEXT];
	struct slice host;

	if (sender == NULL)
		return 0;
	host = sender->sa_family == AF_UNIX || sender->sa_family == AF_UNSPEC
		       ? slice_of("127.0.0.1") : addr_print_host(sender, text);
	memcpy(buf, host.data, host.len);
	return host.len;
}

static bool is_path(struct slice text)
{
	return text.data[0] != '/' && text.data[0] != '@' && !slice_starts(text, "unix:") &&
	       memchr(text.data, ':', text.len) == NULL;
}

/* The name with what is missing in front of its text; NULL: it is longer than any may be. */
static const char *complete(struct slice text, const struct sockaddr *sender, char *buf,
			    struct slice *name)
{
	size_t front = 0;

	*name = text;
	if (slice_starts(text, "\\0")) {	/* uWSGI's other form of an abstract name */
		text = slice_after(text, 2);
		buf[front++] = '@';
	} else if (text.data[0] == ':') {
		front = print_host(sender, buf);
	} else if (is_path(text)) {
		if (getcwd(buf, SUBSCRIPTION_ADDRESS / 2) == NULL)
			return NULL;
		front = strlen(buf);
		if (buf[front - 1] != '/')
			buf[front++] = '/';
	} else {
		return text.data;
	}
	if (front + text.len > 255)
		return NULL;
	memcpy(buf + front, text.data, text.len);
	*name = (struct slice){ buf, front + text.len };
	return buf;
}

static bool is_name(struct slice text)
{
	struct arena *arena = arena_new();
	struct endpoint e;
	const char *why;
	bool is = endpoint_parse(text, &e, NULL, arena, &why) && e.type == ENDPOINT_NAME &&
		  !e.client_port;

	arena_free(arena);
	return is;
}

enum subscription_where subscription_address(struct slice text, const struct sockaddr *sender,
					     char buf[SUBSCRIPTION_ADDRESS], struct slice *name,
					     struct addr *addr)
{
	char why[400];

	if (text.len == 0 || memchr(text.data, '\0', text.len) != NULL ||
	    complete(text, sender, buf, name) == NULL)
		return WHERE_BAD;
	if (name->data[0] == ':')
		return WHERE_NO_HOST;
	if (!addr_parse(addr, *name, ADDR_DIAL, NULL, why, sizeof(why)))
		return is_name(*name) ? WHERE_NAME : WHERE_BAD;
	if (addr->client_port || addr->kind == ADDR_FD ||
	    ((addr->kind == ADDR_INET || addr->kind == ADDR_INET6) && addr_port(addr) == 0))
		return WHERE_BAD;
	addr_end_in_nul(addr);
	return WHERE_ADDRESS;
}
