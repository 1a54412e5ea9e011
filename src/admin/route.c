/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/route.h"

#include <string.h>

#include "core/slice.h"
#include "core/units.h"

#define SEGMENT_BYTES 256	/* of a decoded segment, with its NUL */

static const struct capture_type {
	const char *word;
	size_t      longest;	/* bytes after decoding */
	bool        number;
} types[ROUTE_CAPTURES] = {
	[ROUTE_SERVICE] = { "{service}", 255, false },
	[ROUTE_BACKEND] = { "{backend}", 255, false },
	[ROUTE_FANOUT] = { "{fanout}", 255, false },
	[ROUTE_SERVER] = { "{server}", 255, false },
	[ROUTE_KEY] = { "{key}", 255, false },
	[ROUTE_CACHE] = { "{cache}", 255, false },
	[ROUTE_ITEM] = { "{item}", 255, false },
	[ROUTE_ID] = { "{id}", 20, true },
};

/* The bytes up to the next slash; *text is moved behind it, or to the end. */
static struct slice next_segment(const char **text)
{
	struct slice segment = { *text, strcspn(*text, "/") };

	*text += segment.len;
	if (**text == '/')
		(*text)++;
	return segment;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/*
 * A % that no two hexadecimal digits follow stands for itself, as in the decoded path of
 * http.c. false: it does not fit, or has a NUL.
 */
static bool decode(struct slice text, char buf[SEGMENT_BYTES], size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '%' && text.len - i > 2 && hex_digit(text.data[i + 1]) >= 0 &&
		    hex_digit(text.data[i + 2]) >= 0) {
			c = (char)(hex_digit(text.data[i + 1]) << 4 | hex_digit(text.data[i + 2]));
			i += 2;
		}
		if (c == '\0' || *len + 1 >= SEGMENT_BYTES)
			return false;
		buf[(*len)++] = c;
	}
	buf[*len] = '\0';
	return true;
}

static bool keep(struct route_captures *captures, unsigned type, const char *text, size_t len)
{
	char *to = captures->bytes + captures->used;

	if (len == 0 || len > types[type].longest ||
	    len >= sizeof(captures->bytes) - captures->used)
		return false;
	if (types[type].number && !number_parse((struct slice){ text, len }, &captures->id))
		return false;
	memcpy(to, text, len + 1);
	captures->used += len + 1;
	captures->text[type] = to;
	return true;
}

static bool segment_matches(struct slice pattern, struct slice path,
			    struct route_captures *captures)
{
	char text[SEGMENT_BYTES];
	size_t len;

	if (!decode(path, text, &len))
		return false;
	for (unsigned type = 0; type < ROUTE_CAPTURES; type++) {
		if (slice_is(pattern, types[type].word))
			return keep(captures, type, text, len);
	}
	return slice_equal(pattern, (struct slice){ text, len });
}

bool route_matches(const char *pattern, const char *path, struct route_captures *captures)
{
	captures->used = 0;
	memset(captures->text, 0, sizeof(captures->text));
	if (*path++ != '/' || *pattern++ != '/')
		return false;
	for (;;) {
		/* a slash at the end is an empty segment more */
		bool more = strchr(pattern, '/') != NULL;

		if (more != (strchr(path, '/') != NULL) ||
		    !segment_matches(next_segment(&pattern), next_segment(&path), captures))
			return false;
		if (!more)
			return true;
	}
}

bool route_takes(const struct route *route, enum http_method method)
{
	unsigned methods = route->methods;

	if ((methods & HTTP_GET) != 0)
		methods |= HTTP_HEAD;
	return (methods & method) != 0;
}
