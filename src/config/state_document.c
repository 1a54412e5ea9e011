/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/state_document.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/json_node.h"
#include "core/text.h"
#include "core/units.h"
#include "core/xxh64.h"

static const char seal[] = ",\n\"checksum\": \"";

/* FNV-1a, of format 1: a byte at a time. */
static uint64_t checksum_1(struct slice text)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.data[i]) * 1099511628211u;
	return h;
}

static uint64_t checksum(const struct slice *pieces, size_t count)
{
	struct xxh64 x;

	xxh64_begin(&x);
	for (size_t i = 0; i < count; i++)
		xxh64_add(&x, pieces[i]);
	return xxh64_sum(&x);
}

void state_document_seal(const struct slice *pieces, size_t count, struct text *end)
{
	text_printf(end, "%s%016" PRIx64 "\"\n}\n", seal, checksum(pieces, count));
}

/* What the checksum is of: all before the last place where one begins. */
static struct slice sealed_part(struct slice text)
{
	size_t len = sizeof(seal) - 1;

	for (size_t at = text.len >= len ? text.len - len + 1 : 0; at-- > 0;)
		if (memcmp(text.data + at, seal, len) == 0)
			return (struct slice){ text.data, at };
	return (struct slice){ text.data, 0 };
}

static bool is_text(const struct node *node)
{
	return node->kind == NODE_SCALAR && node->quoted;
}

static bool read_checksum(const struct node *node, struct slice text, uint64_t format, char *why)
{
	struct slice part = sealed_part(text);
	uint64_t value = format == 1 ? checksum_1(part) : checksum(&part, 1);
	char sum[17];

	snprintf(sum, sizeof(sum), "%016" PRIx64, value);
	if (is_text(node) && part.len > 0 && slice_is(node->value, sum))
		return true;
	snprintf(why, STATE_DOCUMENT_WHY,
		 "the checksum is wrong: it was damaged, or edited; whoever has edited it removes "
		 "the member \"checksum\" as well");
	return false;
}

static bool read_format(const struct node *node, uint64_t *format, char *why)
{
	if (node->kind != NODE_SCALAR || node->quoted || !number_parse(node->value, format) ||
	    *format == 0) {
		snprintf(why, STATE_DOCUMENT_WHY, "format: a number is expected");
		return false;
	}
	if (*format <= STATE_DOCUMENT_FORMAT)
		return true;
	snprintf(why, STATE_DOCUMENT_WHY,
		 "format %" PRIu64 " is of a newer heddle: this one reads %d; start the newer one, "
		 "or move the file away", *format, STATE_DOCUMENT_FORMAT);
	return false;
}

static bool read_mapping(const struct node *node, const char *name, const struct node **out,
			 char *why)
{
	if (node->kind != NODE_MAP) {
		snprintf(why, STATE_DOCUMENT_WHY, "%s: a mapping is expected, not %s", name,
			 node_kind_name(node));
		return false;
	}
	*out = node;
	return true;
}

/* true: the value of that member is right. The format has been read. */
static bool read_member(struct slice key, const struct node *value, struct slice text,
			struct state_document *document, char *why)
{
	if (slice_is(key, "running"))
		return read_mapping(value, "running", &document->running, why);
	if (slice_is(key, "base"))
		return read_mapping(value, "base", &document->base, why);
	if (slice_is(key, "health"))
		return read_mapping(value, "health", &document->health, why);
	if (slice_is(key, "checksum")) {
		document->unsealed = false;
		return read_checksum(value, text, document->format, why);
	}
	if (slice_is(key, "generation")) {
		if (value->kind == NODE_SCALAR && number_parse(value->value, &document->generation))
			return true;
		snprintf(why, STATE_DOCUMENT_WHY, "generation: a number is expected");
		return false;
	}
	if (slice_is(key, "format") || slice_is(key, "heddle") || slice_is(key, "written"))
		return true;	/* the last two are for people */
	snprintf(why, STATE_DOCUMENT_WHY, "\"%.*s\" is no member of a state file", SHOWN(key));
	return false;
}

bool state_document_read(struct slice text, struct arena *arena, struct state_document *document,
			 char *why)
{
	struct node *root;
	char wrong[JSON_NODE_WHY];

	*document = (struct state_document){ .unsealed = true };
	if (text.len == 0) {
		snprintf(why, STATE_DOCUMENT_WHY, "it is empty");
		return false;
	}
	root = json_node_read(text, arena, wrong);
	if (root == NULL) {
		snprintf(why, STATE_DOCUMENT_WHY, "%s", wrong);
		return false;
	}
	if (root->kind != NODE_MAP || node_get(root, "format") == NULL ||
	    node_get(root, "running") == NULL) {
		snprintf(why, STATE_DOCUMENT_WHY,
			 "a mapping with format and running is expected: this is no state file");
		return false;
	}
	if (!read_format(node_get(root, "format"), &document->format, why))
		return false;
	for (size_t i = 0; i < root->count; i++) {
		if (!read_member(root->keys[i]->value, root->items[i], text, document, why))
			return false;
	}
	return true;
}
