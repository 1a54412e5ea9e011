/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/units.h"

#define LABEL_MAX 63
#define SRV "srv:"

struct endpoint_text {
	struct endpoint *endpoint;
	struct arena *arena;
	const char **why;
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether it can only be meant as a name; an address has no letters outside of brackets. */
static bool has_letter(struct slice host)
{
	for (size_t i = 0; i < host.len; i++)
		if (is_letter(host.data[i]) || host.data[i] == '_')
			return true;
	return false;
}

static bool odd_character(const struct endpoint_text *t, struct slice name, char c)
{
	if (c == '*')
		*t->why = arena_printf(t->arena, "%.*s: a name has no wildcard", SHOWN(name));
	else if ((unsigned char)c >= 0x80)
		*t->why = arena_printf(t->arena,
				       "%.*s is not ASCII; write the name as DNS has it, xn--...",
				       SHOWN(name));
	else
		*t->why = arena_printf(t->arena,
				       "%.*s is not a name: it has letters, digits, \"-\", \"_\" "
				       "and dots", SHOWN(name));
	return false;
}

static bool check_label(const struct endpoint_text *t, struct slice name, size_t len)
{
	if (len == 0)
		*t->why = arena_printf(t->arena, "%.*s is not a name: there is nothing between "
				       "two dots, or before the first", SHOWN(name));
	else if (len > LABEL_MAX)
		*t->why = arena_printf(t->arena, "%.*s is not a name: there are more than %d "
				       "bytes between two dots", SHOWN(name), LABEL_MAX);
	return len > 0 && len <= LABEL_MAX;
}

static bool read_name(const struct endpoint_text *t, struct slice name)
{
	const struct slice written = name;
	size_t label = 0;
	char *copy;

	if (name.len > 1 && name.data[name.len - 1] == '.')
		name.len--;
	if (name.len > ENDPOINT_NAME_MAX) {
		*t->why = arena_printf(t->arena, "a name of %zu bytes; DNS has at most %d",
				       name.len, ENDPOINT_NAME_MAX);
		return false;
	}
	copy = arena_copy(t->arena, name);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.data[i];

		if (c == '.') {
			if (!check_label(t, written, label))
				return false;
			label = 0;
			continue;
		}
		if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_')
			return odd_character(t, written, c);
		if (c >= 'A' && c <= 'Z')
			copy[i] = (char)(c - 'A' + 'a');
		label++;
	}
	t->endpoint->name = (struct slice){ copy, name.len };
	return check_label(t, written, label);
}

static bool read_srv(const struct endpoint_text *t, struct slice name)
{
	t->endpoint->type = ENDPOINT_SRV;
	if (memchr(name.data, ':', name.len) != NULL) {
		*t->why = arena_printf(t->arena, "srv:%.*s: the port comes from the record; "
				       "write the name alone", SHOWN(name));
		return false;
	}
	if (name.len == 0) {
		*t->why = "srv: is followed by a name: srv:_SERVICE._PROTOCOL.NAME";
		return false;
	}
	if (!read_name(t, name))
		return false;
	if (!has_letter(t->endpoint->name)) {
		*t->why = arena_printf(t->arena, "srv:%.*s is not a name of a service; write "
				       "srv:_SERVICE._PROTOCOL.NAME", SHOWN(name));
		return false;
	}
	return true;
}

static bool read_name_and_port(const struct endpoint_text *t, struct slice host, struct slice port)
{
	uint64_t number = 0;

	t->endpoint->type = ENDPOINT_NAME;
	if (!read_name(t, host))
		return false;
	t->endpoint->client_port = slice_is(port, "*");
	if (t->endpoint->client_port)
		return true;
	if (!number_parse(port, &number) || number == 0 || number > 65535) {
		*t->why = arena_printf(t->arena,
				       "\"%.*s\" is not a port; write a number from 1 to 65535",
				       SHOWN(port));
		return false;
	}
	t->endpoint->port = (uint16_t)number;
	return true;
}

static bool read_address(const struct endpoint_text *t, struct slice text, const char *base)
{
	char why[400];

	t->endpoint->type = ENDPOINT_ADDR;
	if (addr_parse(&t->endpoint->addr, text, ADDR_DIAL, base, why, sizeof(why)))
		return true;
	*t->why = arena_strdup(t->arena, why);
	return false;
}

/* "app.example.net:80": the bytes before the colon; 0: it is no name with a port. */
static size_t name_before_port(struct slice text)
{
	static const char *const others[] = { "/", "unix:", "@", "fd:", "[" };
	const char *colon = memchr(text.data, ':', text.len);
	size_t len;

	for (size_t i = 0; i < COUNT(others); i++)
		if (slice_starts(text, others[i]))
			return 0;
	if (colon == NULL)
		return 0;
	len = (size_t)(colon - text.data);
	if (memchr(colon + 1, ':', text.len - len - 1) != NULL)
		return 0;
	return has_letter((struct slice){ text.data, len }) ? len : 0;
}

bool endpoint_parse(struct slice text, struct endpoint *e, const char *base, struct arena *arena,
		    const char **why)
{
	const struct endpoint_text t = { e, arena, why };
	char foreign[400];
	size_t host;

	memset(e, 0, sizeof(*e));
	if (addr_foreign(text, foreign, sizeof(foreign))) {
		*why = arena_strdup(arena, foreign);
		return false;
	}
	if (slice_starts(text, SRV))
		return read_srv(&t, slice_after(text, strlen(SRV)));
	host = name_before_port(text);
	if (host == 0)
		return read_address(&t, text, base);
	return read_name_and_port(&t, (struct slice){ text.data, host },
				  slice_after(text, host + 1));
}

size_t endpoint_print(const struct endpoint *e, char *buf, size_t size)
{
	int len;

	switch (e->type) {
	case ENDPOINT_ADDR:
		return strlen(addr_print(&e->addr, buf, size));
	case ENDPOINT_SRV:
		len = snprintf(buf, size, SRV "%.*s", (int)e->name.len, e->name.data);
		return (size_t)len;
	case ENDPOINT_NAME:
		break;
	}
	if (e->client_port)
		len = snprintf(buf, size, "%.*s:*", (int)e->name.len, e->name.data);
	else
		len = snprintf(buf, size, "%.*s:%u", (int)e->name.len, e->name.data, e->port);
	return (size_t)len;
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	if (a->type != b->type)
		return false;
	if (a->type == ENDPOINT_ADDR)
		return addr_equal(&a->addr, &b->addr);
	return slice_equal(a->name, b->name) && a->port == b->port &&
	       a->client_port == b->client_port;
}
