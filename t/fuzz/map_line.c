/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of mapping files: a key lies in its line and has no blank and no control character, and the
 * value of an item is one that a route can use.
 */
#include <string.h>

#include "core/cache_value.h"
#include "core/map_line.h"
#include "target.h"

static void check_line(struct slice line, const char *nodes)
{
	static char out[MAP_LINE_VALUE];
	char why[CACHE_VALUE_WHY] = "";
	struct slice key, value;

	switch (map_line_read(line, nodes, &key, out, &value, why)) {
	case MAP_LINE_ITEM:
		HOLDS(key.len > 0 && key.len <= 255);
		HOLDS(key.data >= line.data && key.data + key.len <= line.data + line.len);
		for (size_t i = 0; i < key.len; i++)
			HOLDS((unsigned char)key.data[i] > ' ' && key.data[i] != 0x7f);
		HOLDS(value.len > 0 && value.len <= MAP_LINE_VALUE);
		HOLDS(cache_value_check(value, why));
		break;
	case MAP_LINE_BAD:
		HOLDS(why[0] != '\0' && memchr(why, '\0', sizeof(why)) != NULL);
		break;
	case MAP_LINE_NONE:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		struct slice line = { at, (size_t)((newline != NULL ? newline : end) - at) };

		check_line(line, NULL);
		check_line(line, "127.0.0.1:3031|@app,5");
		at += line.len + 1;
	}
	return 0;
}
