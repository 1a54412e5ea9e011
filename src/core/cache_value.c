/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cache_value.h"

#include <stdio.h>
#include <string.h>

static struct slice take_until(struct slice *rest, char end)
{
	const char *at = rest->len != 0 ? memchr(rest->data, end, rest->len) : NULL;
	struct slice part = { rest->data, at != NULL ? (size_t)(at - rest->data) : rest->len };

	*rest = slice_after(*rest, part.len + (at != NULL));
	return part;
}

/* Decimal, 0 to 255. */
static bool read_modifier(struct slice text, uint8_t *modifier, char *why)
{
	unsigned number = 0;
	bool ok = text.len != 0 && text.len <= 3;

	for (size_t i = 0; i < text.len && ok; i++) {
		ok = text.data[i] >= '0' && text.data[i] <= '9';
		number = number * 10 + (unsigned)(text.data[i] - '0');
	}
	*modifier = (uint8_t)number;
	if (ok && number <= UINT8_MAX)
		return true;
	snprintf(why, CACHE_VALUE_WHY, "modifier %.*s is no number from 0 to 255",
		 (int)(text.len < 40 ? text.len : 40), text.data);
	return false;
}

/* ":3031" is a port of this machine, as in uWSGI: it is what an instance with such a socket has. */
static bool read_address(struct slice text, struct addr *addr, char *why)
{
	char here[32];

	if (text.len > 1 && text.len < 10 && text.data[0] == ':' &&
	    text.data[1] >= '0' && text.data[1] <= '9') {
		snprintf(here, sizeof(here), "127.0.0.1%.*s", SHOWN(text));
		text = slice_of(here);
	}
	return addr_parse(addr, text, ADDR_DIAL, NULL, why, CACHE_VALUE_WHY);
}

static bool read_member(struct slice text, struct cache_member *m, char *why)
{
	struct slice rest = text, modifier;

	*m = (struct cache_member){ .text = take_until(&rest, ',') };
	if (memchr(m->text.data, '\0', m->text.len) != NULL) {
		snprintf(why, CACHE_VALUE_WHY, "the address has a NUL");
		return false;
	}
	if (!read_address(m->text, &m->addr, why))
		return false;
	if (m->addr.client_port) {
		snprintf(why, CACHE_VALUE_WHY, "the port of the client leads back here");
		return false;
	}
	addr_end_in_nul(&m->addr);
	if (m->text.len == text.len)
		return true;
	modifier = take_until(&rest, ',');
	if (!read_modifier(modifier, &m->modifier1, why))
		return false;
	return modifier.data + modifier.len == text.data + text.len ||
	       read_modifier(rest, &m->modifier2, why);
}

enum cache_value_next cache_value_next(struct slice *rest, struct cache_member *m, char *why)
{
	while (rest->len != 0) {
		struct slice text = take_until(rest, '|');

		if (text.len != 0)
			return read_member(text, m, why) ? CACHE_VALUE_MEMBER : CACHE_VALUE_BAD;
	}
	return CACHE_VALUE_END;
}

bool cache_value_check(struct slice value, char *why)
{
	struct cache_member m;
	enum cache_value_next next;
	bool any = false;

	while ((next = cache_value_next(&value, &m, why)) == CACHE_VALUE_MEMBER)
		any = true;
	if (next == CACHE_VALUE_END && !any)
		snprintf(why, CACHE_VALUE_WHY, "no address");
	return next == CACHE_VALUE_END && any;
}
