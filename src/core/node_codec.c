/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/node_codec.h"

#include <stdint.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"

#define HEAD (2 + sizeof(uint32_t))

static void put_head(const struct node *node, size_t count, struct text *out)
{
	uint32_t n = (uint32_t)count;

	text_putc(out, (char)node->kind);
	text_putc(out, (char)node->quoted);
	text_append(out, &n, sizeof(n));
}

void node_codec_encode(const struct node *node, struct text *out)
{
	if (node->kind == NODE_SCALAR) {
		put_head(node, node->value.len, out);
		text_append(out, node->value.data, node->value.len);
		return;
	}
	put_head(node, node->count, out);
	for (size_t i = 0; i < node->count; i++) {
		if (node->kind == NODE_MAP)
			node_codec_encode(node->keys[i], out);
		node_codec_encode(node->items[i], out);
	}
}

static struct node *decode(struct slice *bytes, struct arena *arena, unsigned depth);

static bool decode_items(struct node *node, uint32_t count, struct slice *bytes,
			 struct arena *arena, unsigned depth)
{
	for (uint32_t i = 0; i < count; i++) {
		struct node *key = NULL, *item;

		if (node->kind == NODE_MAP) {
			key = decode(bytes, arena, depth);
			if (key == NULL || key->kind != NODE_SCALAR)
				return false;
		}
		item = decode(bytes, arena, depth);
		if (item == NULL)
			return false;
		if (key != NULL)
			node_add_pair(arena, node, key, item);
		else
			node_add(arena, node, item);
	}
	return true;
}

/* Texts with a NUL inside would be cut by everything that reads them. */
static bool decode_scalar(struct node *node, uint32_t len, struct slice *bytes,
			  struct arena *arena)
{
	if (len > bytes->len || memchr(bytes->data, '\0', len) != NULL)
		return false;
	node->value = (struct slice){ arena_copy(arena, (struct slice){ bytes->data, len }), len };
	*bytes = slice_after(*bytes, len);
	return true;
}

static struct node *decode(struct slice *bytes, struct arena *arena, unsigned depth)
{
	struct node *node;
	uint32_t count;
	bool ok;

	if (depth == 0 || bytes->len < HEAD || (unsigned char)bytes->data[0] > NODE_MAP)
		return NULL;
	node = node_new(arena, (enum node_kind)bytes->data[0], NULL);
	node->quoted = bytes->data[1] != 0;
	memcpy(&count, bytes->data + 2, sizeof(count));
	*bytes = slice_after(*bytes, HEAD);
	ok = node->kind == NODE_SCALAR ? decode_scalar(node, count, bytes, arena)
				       : decode_items(node, count, bytes, arena, depth - 1);
	return ok ? node : NULL;
}

struct node *node_codec_decode(struct slice *bytes, struct arena *arena)
{
	return decode(bytes, arena, NODE_CODEC_DEPTH);
}
