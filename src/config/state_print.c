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

/* An object of the top: its name and value, with all below it, in the text of its part. */
struct state_piece {
	const struct config_node *node;
	size_t at, len;
};

static void count_one(const struct config_node *child, void *arg)
{
	(void)child;
	((struct state_part_text *)arg)->count++;
}

static void take_one(const struct config_node *child, void *arg)
{
	struct state_part_text *to = arg;

	to->pieces[to->count++] = (struct state_piece){ .node = child };
}

static int by_order(const void *left, const void *right)
{
	const struct object *a = config_object(((const struct state_piece *)left)->node);
	const struct object *b = config_object(((const struct state_piece *)right)->node);
	unsigned one = object_kind_index(a->kind), other = object_kind_index(b->kind);

	if (one != other)
		return one < other ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* The order of the last time. false: others are there, or elsewhere. */
static bool take_as_before(const struct config_node *root, const struct state_part_text *last,
			   struct state_part_text *to)
{
	if (to->count != last->count)
		return false;
	for (size_t i = 0; i < to->count; i++) {
		const struct object *before = config_object(last->pieces[i].node);
		const struct config_node *node = config_below(root, slice_of(before->key));

		if (node == NULL || config_object(node)->order != before->order)
			return false;
		to->pieces[i] = (struct state_piece){ .node = node };
	}
	return true;
}

/* Most changes are within an object: to sort a thousand costs more than all else here. */
static void take_in_order(const struct config_node *root, const struct state_part_text *last,
			  struct state_part_text *to)
{
	to->count = 0;
	config_each_below(root, count_one, to);
	to->arena = arena_new();
	to->pieces = arena_alloc(to->arena, (to->count + 1) * sizeof(*to->pieces));
	if (take_as_before(root, last, to))
		return;
	to->count = 0;
	config_each_below(root, take_one, to);
	qsort(to->pieces, to->count, sizeof(*to->pieces), by_order);
}

/* NULL: this object was not there, or was another. `at`: where in `last` the one before was. */
static const struct state_piece *find_same(const struct state_part_text *last, size_t *at,
					   const struct state_piece *piece)
{
	while (*at < last->count && last->pieces[*at].node != piece->node &&
	       by_order(&last->pieces[*at], piece) < 0)
		++*at;
	return *at < last->count && last->pieces[*at].node == piece->node ? &last->pieces[*at] :
									    NULL;
}

static void print_anew(const struct config *config, const struct object *object, struct text *out)
{
	struct arena *arena = arena_new();
	const struct node *tree = config_tree(config, object->key, TREE_BELOW | TREE_API_ONLY,
					      arena);

	if (!object->kind->single)
		text_printf(out, "    \"%s\": ", object->name);
	json_node_print(tree, object->kind->single ? 1 : 2, out);
	arena_free(arena);
}

/* A section of one object is its mapping; the others have a mapping by name. */
static void print_sections(const struct config *config, const struct state_part_text *last,
			   struct state_part_text *to)
{
	const struct object_kind *open = NULL;
	struct text *out = &to->text;
	size_t at = 0;

	text_clear(out);
	text_putc(out, '{');
	for (size_t i = 0; i < to->count; i++) {
		struct state_piece *piece = &to->pieces[i];
		const struct object_kind *kind = config_object(piece->node)->kind;
		const struct state_piece *same = find_same(last, &at, piece);

		if (open != NULL && open != kind)
			text_puts(out, open->single ? "" : "\n  }");
		text_puts(out, i > 0 ? ",\n" : "\n");
		if (open != kind)
			text_printf(out, kind->single ? "  \"%s\": " : "  \"%s\": {\n",
				    kind->section);
		open = kind;
		piece->at = out->len;
		if (same != NULL)
			text_append(out, last->text.data + same->at, same->len);
		else
			print_anew(config, config_object(piece->node), out);
		piece->len = out->len - piece->at;
	}
	text_puts(out, open == NULL || open->single ? "" : "\n  }");
	text_puts(out, to->count > 0 ? "\n}" : "}");
}

static struct slice print_part(struct state_part *part, const struct config *config)
{
	const struct state_part_text last = part->now;

	if (part->config == NULL || config_root(part->config) != config_root(config)) {
		take_in_order(config_root(config), &last, &part->next);
		print_sections(config, &last, &part->next);
		arena_free(last.arena);
		part->now = part->next;
		part->next = (struct state_part_text){ .text = last.text };	/* its memory */
		config_free(part->config);
		part->config = config_share(config);
	}
	return text_slice(&part->now.text);
}

static void print_begin(struct state_print *p, const struct state_content *content)
{
	char written[CLOCK_TEXT];

	clock_print(content->written_ms, written, sizeof(written));
	text_clear(&p->begin);
	text_printf(&p->begin, "{\n\"format\": %d,\n\"heddle\": \"%s\",\n\"generation\": %" PRIu64
		    ",\n\"written\": \"%s\",\n\"running\": ",
		    STATE_DOCUMENT_FORMAT, HEDDLE_VERSION, content->generation, written);
}

void state_print(struct state_print *p, const struct state_content *content,
		 struct slice pieces[STATE_PRINT_PIECES])
{
	print_begin(p, content);
	pieces[0] = text_slice(&p->begin);
	pieces[1] = print_part(&p->running, content->running);
	pieces[2] = slice_of(",\n\"base\": ");
	pieces[3] = print_part(&p->base, content->base);
	text_clear(&p->end);
	text_puts(&p->end, ",\n\"health\": ");
	text_append(&p->end, content->health.data, content->health.len);
	pieces[4] = text_slice(&p->end);
	state_document_seal(pieces, STATE_PRINT_PIECES, &p->end);
	pieces[4] = text_slice(&p->end);
}

static void close_part_text(struct state_part_text *t)
{
	arena_free(t->arena);
	text_close(&t->text);
}

void state_print_close(struct state_print *p)
{
	struct state_part *const parts[] = { &p->running, &p->base };

	for (size_t i = 0; i < COUNT(parts); i++) {
		config_free(parts[i]->config);
		close_part_text(&parts[i]->now);
		close_part_text(&parts[i]->next);
	}
	text_close(&p->begin);
	text_close(&p->end);
	*p = (struct state_print){ .running = { .config = NULL } };
}
