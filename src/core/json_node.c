/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/json_node.h"

#include <jansson.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/text.h"
#include "core/units.h"

#define REAL_DIGITS 15	/* as many as every text with so many comes back from a double */

static const struct node nowhere = { .file = NULL };

static struct node *scalar(struct arena *arena, struct slice text, bool quoted)
{
	struct node *node = node_new(arena, NODE_SCALAR, &nowhere);

	node->value = (struct slice){ arena_copy(arena, text), text.len };
	node->quoted = quoted;
	return node;
}

static struct node *number(const json_t *value, struct arena *arena)
{
	char text[64];
	int len = json_is_integer(value) ?
			snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
				 json_integer_value(value)) :
			snprintf(text, sizeof(text), "%.*g", REAL_DIGITS, json_real_value(value));

	return scalar(arena, (struct slice){ text, (size_t)len }, false);
}

static struct node *convert(const json_t *value, unsigned depth, struct arena *arena);

static struct node *list(const json_t *value, unsigned depth, struct arena *arena)
{
	struct node *node = node_new(arena, NODE_LIST, &nowhere);

	for (size_t i = 0; i < json_array_size(value); i++) {
		struct node *item = convert(json_array_get(value, i), depth - 1, arena);

		if (item == NULL)
			return NULL;
		node_add(arena, node, item);
	}
	return node;
}

static struct node *map(const json_t *value, unsigned depth, struct arena *arena)
{
	struct node *node = node_new(arena, NODE_MAP, &nowhere);
	json_t *object = (json_t *)(uintptr_t)value;	/* jansson's iterators take no const */
	const char *key;
	json_t *item;

	json_object_foreach(object, key, item) {
		struct node *below = convert(item, depth - 1, arena);

		if (below == NULL)
			return NULL;
		node_add_pair(arena, node, scalar(arena, slice_of(key), true), below);
	}
	return node;
}

/* NULL: there is more in each other than `depth`. */
static struct node *convert(const json_t *value, unsigned depth, struct arena *arena)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return depth > 0 ? map(value, depth, arena) : NULL;
	case JSON_ARRAY:
		return depth > 0 ? list(value, depth, arena) : NULL;
	case JSON_STRING:
		return scalar(arena, (struct slice){ json_string_value(value),
						     json_string_length(value) }, true);
	case JSON_INTEGER:
	case JSON_REAL:
		return number(value, arena);
	case JSON_TRUE:
		return scalar(arena, slice_of("true"), false);
	case JSON_FALSE:
		return scalar(arena, slice_of("false"), false);
	case JSON_NULL:
		break;
	}
	return scalar(arena, slice_of("null"), false);
}

struct node *json_node_read(struct slice text, struct arena *arena, char *why)
{
	json_error_t error;
	/* without an address jansson says nothing that helps */
	json_t *value = json_loadb(text.data != NULL ? text.data : "", text.len,
				   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	struct node *node;

	if (value == NULL) {
		snprintf(why, JSON_NODE_WHY, "line %d, column %d: %s", error.line, error.column,
			 error.text);
		return NULL;
	}
	node = convert(value, JSON_NODE_DEPTH, arena);
	json_decref(value);
	if (node == NULL)
		snprintf(why, JSON_NODE_WHY, "more than %d mappings and lists in each other",
			 JSON_NODE_DEPTH);
	return node;
}

static size_t digits(struct slice text, size_t at)
{
	size_t n = 0;

	while (at + n < text.len && text.data[at + n] >= '0' && text.data[at + n] <= '9')
		n++;
	return n;
}

/* As RFC 8259 writes a number: 007 and 0660 are none, and stay texts. */
static bool is_number(struct slice text)
{
	size_t at = text.len > 0 && text.data[0] == '-' ? 1 : 0, n = digits(text, at);

	if (n == 0 || (n > 1 && text.data[at] == '0'))
		return false;
	at += n;
	if (at == text.len)
		return true;
	n = text.data[at] == '.' ? digits(text, at + 1) : 0;
	return n > 0 && at + 1 + n == text.len;
}

static void print_scalar(const struct node *node, struct text *out)
{
	bool on;

	if (node->quoted)
		text_json(out, node->value);
	else if (node_null(node))
		text_puts(out, "null");
	else if (bool_parse(node->value, &on))
		text_puts(out, on ? "true" : "false");
	else if (is_number(node->value))
		text_append(out, node->value.data, node->value.len);
	else
		text_json(out, node->value);
}

static bool is_flat(const struct node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i]->kind != NODE_SCALAR && node->items[i]->count > 0)
			return false;
	}
	return true;
}

static void line(unsigned depth, struct text *out)
{
	text_putc(out, '\n');
	for (unsigned i = 0; i < depth; i++)
		text_puts(out, "  ");
}

static void print_items(const struct node *node, unsigned depth, struct text *out)
{
	bool flat = is_flat(node);

	for (size_t i = 0; i < node->count; i++) {
		if (i > 0)
			text_puts(out, flat ? ", " : ",");
		if (!flat)
			line(depth + 1, out);
		if (node->kind == NODE_MAP) {
			text_json(out, node->keys[i]->value);
			text_puts(out, ": ");
		}
		json_node_print(node->items[i], depth + 1, out);
	}
	if (!flat)
		line(depth, out);
}

void json_node_print(const struct node *node, unsigned depth, struct text *out)
{
	if (node->kind == NODE_SCALAR) {
		print_scalar(node, out);
		return;
	}
	text_putc(out, node->kind == NODE_MAP ? '{' : '[');
	print_items(node, depth, out);
	text_putc(out, node->kind == NODE_MAP ? '}' : ']');
}
