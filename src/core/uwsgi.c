/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/uwsgi.h"

#include <stdbool.h>

static size_t little16(const char *bytes)
{
	return (size_t)(unsigned char)bytes[0] | (size_t)(unsigned char)bytes[1] << 8;
}

size_t uwsgi_block_size(const char *header)
{
	return little16(header + 1);
}

/* One length and its bytes; false: they are not all there. */
static bool take_counted(struct slice *rest, struct slice *counted)
{
	size_t len;

	if (rest->len < 2)
		return false;
	len = little16(rest->data);
	if (len > rest->len - 2)
		return false;
	*counted = (struct slice){ rest->data + 2, len };
	*rest = slice_after(*rest, 2 + len);
	return true;
}

enum uwsgi_next uwsgi_next(struct slice *rest, struct slice *name, struct slice *value)
{
	struct slice after = *rest;

	if (after.len == 0)
		return UWSGI_END;
	if (!take_counted(&after, name) || name->len == 0 || !take_counted(&after, value))
		return UWSGI_BAD;
	*rest = after;
	return UWSGI_PAIR;
}
