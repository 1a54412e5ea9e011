/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees as bytes between processes: refused, or the same bytes when they are encoded again. */
#include <string.h>

#include "core/arena.h"
#include "core/node_codec.h"
#include "core/text.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct slice bytes = { (const char *)data, size };
	const struct node *node = node_codec_decode(&bytes, arena);
	struct text out;

	text_init(&out);
	if (node != NULL) {
		HOLDS(bytes.len <= size);
		node_codec_encode(node, &out);
		bytes = text_slice(&out);
		node = node_codec_decode(&bytes, arena);
		HOLDS(node != NULL && bytes.len == 0);
	}
	text_close(&out);
	arena_free(arena);
	return 0;
}
