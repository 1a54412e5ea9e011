/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/route_expand.h"

#include <string.h>

/* An address that grows; `len` is beyond the room once it did not fit. */
struct out {
	char  *data;
	size_t len;
};

static void put(struct out *o, struct slice bytes)
{
	if (o->len + bytes.len < ROUTE_EXPAND_MAX && bytes.len != 0)
		memcpy(o->data + o->len, bytes.data, bytes.len);
	o->len += bytes.len;
}

static void put_char(struct out *o, const char *c)
{
	put(o, (struct slice){ c, 1 });
}

static bool end(struct out *o)
{
	if (o->len >= ROUTE_EXPAND_MAX)
		return false;
	o->data[o->len] = '\0';
	return o->len != 0;
}

bool route_expand_safe(struct slice part)
{
	return part.len != 0 && part.data[0] != '.' && memchr(part.data, '/', part.len) == NULL &&
	       memchr(part.data, '\0', part.len) == NULL;
}

bool route_expand_base(const char *base, struct slice key, char *out)
{
	struct out o = { out, 0 };

	if (!route_expand_safe(key))
		return false;
	put(&o, slice_of(base));
	put(&o, key);
	return end(&o);
}

bool route_expand_pattern(const char *pattern, struct slice key, char *out)
{
	struct out o = { out, 0 };

	if (!route_expand_safe(key))
		return false;
	for (const char *p = pattern; *p != '\0'; p++) {
		if (*p != '%') {
			put_char(&o, p);
			continue;
		}
		p++;
		if (*p == '\0')
			break;
		if (*p == 's')
			put(&o, key);
		else if (*p == '%')
			put_char(&o, p);
		else if (*p == '(')
			put(&o, slice_of("%("));
	}
	return end(&o);
}

bool route_expand_groups(const char *address, const struct slice groups[ROUTE_EXPAND_GROUPS],
			 char *out)
{
	struct out o = { out, 0 };

	for (const char *p = address; *p != '\0'; p++) {
		const struct slice *group;

		if ((*p != '$' && *p != '\\') || p[1] == '\0') {
			put_char(&o, p);
			continue;
		}
		if (p[1] == *p) {
			put_char(&o, p++);
			continue;
		}
		if (p[1] < '0' || p[1] > '9') {
			put_char(&o, p);
			continue;
		}
		group = &groups[*++p - '0'];
		if (!route_expand_safe(*group))
			return false;
		put(&o, *group);
	}
	return end(&o);
}
