/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/state_print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_tree.h"
#include "config/state_document.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/json_node.h"

/* The value of one object of the top, with all below it, in the text of its part. */
struct state_piece {
	const struct config_node *node;
	size_t at, len;
};

/* Children of the root, in the order of the file. */
struct top {
	const struct config_node **list;
	size_t                     count;
};

static void count_one(const struct config_node *child, void *arg)
{
	(void)child;
	((struct top *)arg)->count++;
}

static void take_one(const struct config_node *child, void *arg)
{
	struct top *top = arg;

	top->list[top->count++] = child;
}

static int by_order(const void *left, const void *right)
{
	const struct object *a = config_object(*(const struct config_node *const *)left);
	const struct object *b = config_object(*(const struct config_node *const *)right);
	unsigned one = object_kind_index(a->kind), other = object_kind_index(b->kind);

	if (one != other)
		return one < other ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return strcmp(a->name, b->name);
}

static struct top top_of(const struct config *config, struct arena *arena)
{
	struct top top = { .count = 0 };

	config_each_below(config_root(config), count_one, &top);
	top.list = arena_alloc(arena, (top.count + 1) * sizeof(*top.list));
	top.count = 0;
	config_each_below(config_root(config), take_one, &top);
	qsort(top.list, top.count, sizeof(*top.list), by_order);
	return top;
}

static void print_value(const struct config *config, const struct object *object, unsigned depth,
			struct text *out)
{
	struct arena *arena = arena_new();
	const struct node *tree = config_tree(config, object->key, TREE_BELOW | TREE_API_ONLY,
					      arena);

	json_node_print(tree, depth, out);
	arena_free(arena);
}

/* As it was printed the last time, if it is the same; `next` gets its piece in any case. */
static void print_piece(struct state_part *next, const struct state_part *last,
			const struct config_node *node, unsigned depth)
{
	const struct object *object = config_object(node);
	const struct state_piece *before = map_get(&last->pieces, slice_of(object->key));
	struct state_piece *piece = arena_alloc(next->arena, sizeof(*piece));

	*piece = (struct state_piece){ .node = node, .at = next->text.len };
	if (before != NULL && before->node == node)
		text_append(&next->text, last->text.data + before->at, before->len);
	else
		print_value(next->config, object, depth, &next->text);
	piece->len = next->text.len - piece->at;
	map_set(&next->pieces, slice_of(object->key), piece);
}

/* A section of one object is its mapping; the others have a mapping by name. */
static void print_sections(struct state_part *next, const struct state_part *last)
{
	struct top top = top_of(next->config, next->arena);
	const struct object_kind *open = NULL;
	struct text *out = &next->text;

	text_putc(out, '{');
	for (size_t i = 0; i < top.count; i++) {
		const struct object *object = config_object(top.list[i]);
		const struct object_kind *kind = object->kind;

		if (open != NULL && open != kind)
			text_puts(out, open->single ? "" : "\n  }");
		text_puts(out, i > 0 ? ",\n" : "\n");
		if (open != kind)
			text_printf(out, kind->single ? "  \"%s\": " : "  \"%s\": {\n",
				    kind->section);
		if (!kind->single)
			text_printf(out, "    \"%s\": ", object->name);
		open = kind;
		print_piece(next, last, top.list[i], kind->single ? 1 : 2);
	}
	text_puts(out, open == NULL || open->single ? "" : "\n  }");
	text_puts(out, top.count > 0 ? "\n}" : "}");
}

static void close_part(struct state_part *part)
{
	config_free(part->config);
	map_clear(&part->pieces);
	arena_free(part->arena);
	text_close(&part->text);
	*part = (struct state_part){ .config = NULL };
}

static void print_part(struct state_part *part, const struct config *config, struct text *out)
{
	struct state_part next = { .config = NULL };

	if (part->config == NULL || config_root(part->config) != config_root(config)) {
		next.config = config_share(config);
		next.arena = arena_new();
		text_init(&next.text);
		print_sections(&next, part);
		close_part(part);
		*part = next;
	}
	text_append(out, part->text.data, part->text.len);
}

void state_print(struct state_print *p, const struct state_content *content, struct text *out)
{
	char written[CLOCK_TEXT];

	clock_print(content->written_ms, written, sizeof(written));
	text_printf(out, "{\n\"format\": %d,\n\"heddle\": \"%s\",\n\"generation\": %" PRIu64
		    ",\n\"written\": \"%s\",\n\"running\": ",
		    STATE_DOCUMENT_FORMAT, HEDDLE_VERSION, content->generation, written);
	print_part(&p->running, content->running, out);
	text_puts(out, ",\n\"base\": ");
	print_part(&p->base, content->base, out);
	text_puts(out, ",\n\"health\": ");
	text_append(out, content->health.data, content->health.len);
	state_document_seal(out);
}

void state_print_close(struct state_print *p)
{
	close_part(&p->running);
	close_part(&p->base);
}
