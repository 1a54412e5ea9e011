/* SPDX-License-Identifier: BSD-2-Clause */
/* Values in messages. */
#include <string.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/utf8.h"

#define SHOWN_MAX 80

const char *conf_show(struct arena *arena, struct slice value)
{
	char *shown = arena_alloc(arena, SHOWN_MAX + 8);
	size_t n = 0;

	for (size_t i = 0; i < value.len;) {
		size_t step = utf8_length(value.data + i, value.len - i);

		if (n + 4 > SHOWN_MAX) {
			memcpy(shown + n, "...", 4);
			break;
		}
		if (step == 0 || (unsigned char)value.data[i] < 0x20 || value.data[i] == 0x7f) {
			shown[n++] = '?';
			i++;
			continue;
		}
		memcpy(shown + n, value.data + i, step);
		n += step;
		i += step;
	}
	return shown;
}
