/* SPDX-License-Identifier: BSD-2-Clause */
/* Begins with a line, which is the key; the backend gets it too. */
#include <string.h>

#include "proxy/protocol.h"

static enum greet greet(struct greeting *g, struct slice bytes)
{
	const char *end = memchr(bytes.data, '\n', bytes.len);

	if (end == NULL)
		return GREET_MORE;
	if (end == bytes.data) {
		g->why = "the line is empty";
		return GREET_BAD;
	}
	g->key = (struct slice){ bytes.data, (size_t)(end - bytes.data) };
	return GREET_READY;
}

const struct protocol protocol_line = {
	.name = "line",
	.most = 65536,
	.greet = greet,
};
