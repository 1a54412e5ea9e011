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

/* What groups make of one part of a path. */
struct address_part {
	size_t at;	/* where it begins in the address */
	bool   grouped;	/* a group is in it */
	bool   dotted;	/* it begins with a dot of the template's own */
};

/*
 * A part that ends: what groups were put into is no empty one, no "." and no "..", and not hidden
 * unless the template says so.
 */
static bool part_ends(const struct out *o, struct address_part *p)
{
	const char *text = o->data + p->at;
	size_t len = o->len - p->at;
	bool safe = !p->grouped;

	if (o->len >= ROUTE_EXPAND_MAX)
		return false;
	if (!safe && len != 0 && (text[0] != '.' || p->dotted)) {
		for (size_t i = 0; i < len; i++)
			safe = safe || text[i] != '.';
	}
	*p = (struct address_part){ .at = o->len + 1 };
	return safe;
}

static bool put_own(struct out *o, struct address_part *p, const char *c)
{
	if (*c == '/' && !part_ends(o, p))
		return false;
	if (o->len == p->at && *c == '.' && !p->grouped)
		p->dotted = true;
	put_char(o, c);
	return true;
}

static bool put_group(struct out *o, struct address_part *p, struct slice group)
{
	p->grouped = true;
	put(o, group);
	return group.len == 0 || (memchr(group.data, '/', group.len) == NULL &&
				  memchr(group.data, '\0', group.len) == NULL);
}

bool route_expand_groups(const char *address, const struct slice groups[ROUTE_EXPAND_GROUPS],
			 char *out)
{
	struct out o = { out, 0 };
	struct address_part part = { .at = 0 };

	for (const char *p = address; *p != '\0'; p++) {
		bool special = *p == '$' || *p == '\\';
		bool group = special && p[1] >= '0' && p[1] <= '9';

		if (group ? !put_group(&o, &part, groups[p[1] - '0']) : !put_own(&o, &part, p))
			return false;
		p += group || (special && p[1] == *p);
	}
	return part_ends(&o, &part) && end(&o);
}
