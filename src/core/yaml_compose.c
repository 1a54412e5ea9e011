/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libyaml's events become nodes. The stack of open lists and mappings is kept
 * beside the recursion, so that whatever stops the reading can say in which
 * setting it was.
 */
#include <string.h>
#include <yaml.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

struct anchor {
	struct anchor *next;
	const char *name;
	struct node *node;
	bool open; /* its node is still being read */
};

struct frame { /* an open list or mapping */
	const struct node *node;
	const struct node *key; /* mapping: the last one that was read */
	bool pending;           /* its value comes now */
};

struct composer {
	yaml_parser_t parser;
	const char *file;
	struct slice bytes;
	bool expand;
	struct arena *arena;
	struct conf_errors *errors;
	struct anchor *anchors; /* the newest first */
	struct frame frames[YAML_DEPTH_MAX];
	unsigned depth;
	size_t total; /* nodes, aliases counted each time */
	bool dead;    /* told; nothing more can be read */
	bool strange; /* told of a sign that is another one for YAML: what follows is its fault */
};

static struct node *compose(struct composer *c, yaml_event_t *event);

/* Of the item that is being read: the one behind the last, unless that begins at the place. */
static size_t index_at(const struct node *list, const struct node *place)
{
	const struct node *last = list->count > 0 ? list->items[list->count - 1] : NULL;

	return last != NULL && last->line == place->line && last->column >= place->column
		? list->count - 1
		: list->count;
}

/* "services.web.listen[1]" of what is being read, as far as it begins before `before`. */
static const char *current_path(struct composer *c, const struct node *before)
{
	struct text path;

	text_init(&path);
	for (unsigned i = 0; i < c->depth; i++) {
		const struct frame *f = &c->frames[i];

		if (f->node->line > before->line ||
		    (f->node->line == before->line && f->node->column >= before->column))
			break;
		if (f->node->kind == NODE_LIST)
			text_printf(&path, "[%zu]", index_at(f->node, before));
		else if (f->key != NULL && (f->pending || f->key->line == before->line))
			text_printf(&path, "%s%s", path.len > 0 ? "." : "",
				    conf_show(c->arena, f->key->value));
	}
	const char *copy = arena_strdup(c->arena, text_cstr(&path));

	text_close(&path);
	return copy;
}

static struct node place_of(const struct composer *c, yaml_mark_t mark)
{
	return (struct node){ .file = c->file,
			      .line = (unsigned)mark.line + 1,
			      .column = (unsigned)mark.column + 1 };
}

static void fail_parser(struct composer *c)
{
	struct node where = place_of(c, c->parser.problem_mark);
	struct text message;
	unsigned from = c->parser.context != NULL && c->parser.problem != NULL &&
			strncmp(c->parser.problem, "could not find expected ':'", 27) == 0
		? (unsigned)c->parser.context_mark.line + 1
		: 0;

	c->dead = true;
	if (c->strange)
		return;
	text_init(&message);
	if (yaml_trap(c->bytes, &where, c->parser.problem, from, &message))
		conf_fail(c->errors, CONF_ERROR, &where, current_path(c, &where), "%s",
			  text_cstr(&message));
	else
		conf_fail(c->errors, CONF_ERROR, &where, "", "%s", text_cstr(&message));
	text_close(&message);
}

static void *fail_node(struct composer *c, const struct node *where, const char *message)
{
	if (!c->dead)
		conf_fail(c->errors, CONF_ERROR, where, current_path(c, where), "%s", message);
	c->dead = true;
	return NULL;
}

static bool next_event(struct composer *c, yaml_event_t *event)
{
	if (c->dead)
		return false;
	if (yaml_parser_parse(&c->parser, event))
		return true;
	fail_parser(c);
	return false;
}

static struct node *new_node(struct composer *c, enum node_kind kind, const yaml_event_t *event)
{
	struct node where = place_of(c, event->start_mark);

	if (++c->total > YAML_NODES_MAX)
		return fail_node(c, &where, "more than 1000000 values");
	return node_new(c->arena, kind, &where);
}

static struct anchor *note_anchor(struct composer *c, const yaml_char_t *name, struct node *node)
{
	if (name == NULL || node == NULL)
		return NULL;
	struct anchor *anchor = arena_alloc(c->arena, sizeof(*anchor));

	anchor->name = arena_strdup(c->arena, (const char *)name);
	anchor->node = node;
	anchor->open = node->kind != NODE_SCALAR;
	anchor->next = c->anchors;
	c->anchors = anchor;
	return anchor;
}

static struct node *compose_alias(struct composer *c, const yaml_event_t *event)
{
	struct node where = place_of(c, event->start_mark);
	const char *name = (const char *)event->data.alias.anchor;
	struct anchor *a = c->anchors;

	while (a != NULL && strcmp(a->name, name) != 0)
		a = a->next;
	if (a == NULL)
		return fail_node(c, &where,
				 arena_printf(c->arena,
					      "no anchor &%s above; if it is text, quote it: "
					      "\"*%s\"",
					      name, name));
	if (a->open)
		return fail_node(c, &where,
				 arena_printf(c->arena, "*%s is inside of what it stands for",
					      name));
	c->total += a->node->weight;
	if (c->total > YAML_NODES_MAX)
		return fail_node(c, &where,
				 "with all aliases written out, more than 1000000 values");
	return a->node;
}

/* Escapes in double quotes can bring in what the file itself may not hold. */
static bool has_control(struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (c == 0x7f || ((unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\r'))
			return true;
	}
	return false;
}

/* Tags change what a value is; everything here is text until a directive reads it. */
static bool tag_known(const yaml_char_t *tag)
{
	static const char core[] = "tag:yaml.org,2002:";

	return tag == NULL || strcmp((const char *)tag, "!") == 0 ||
		strncmp((const char *)tag, core, sizeof(core) - 1) == 0;
}

static void check_letters(struct composer *c, struct node *node)
{
	struct text message;

	text_init(&message);
	if (!node->quoted && yaml_lookalike(node->value, &message)) {
		conf_fail(c->errors, CONF_ERROR, node, current_path(c, node), "%s",
			  text_cstr(&message));
		node->told = true;
		c->strange = true;
	}
	text_close(&message);
}

static struct node *compose_scalar(struct composer *c, const yaml_event_t *event, bool key)
{
	struct node *node = new_node(c, NODE_SCALAR, event);

	if (node == NULL)
		return NULL;
	struct slice value = { (const char *)event->data.scalar.value, event->data.scalar.length };

	if (has_control(value))
		return fail_node(c, node, "a control character");
	if (!tag_known(event->data.scalar.tag))
		return fail_node(c, node,
				 strcmp((const char *)event->data.scalar.tag, "!include") == 0
					 ? "other files are read by include: at the top level"
					 : "YAML keeps \"!\" for itself; quote the text");
	node->value = (struct slice){ arena_copy(c->arena, value), value.len };
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	check_letters(c, node);
	/* The path is made only where it may be needed: there are as many scalars as values. */
	if (c->expand && !key && memchr(node->value.data, '$', node->value.len) != NULL &&
	    !yaml_environment_expand(node, current_path(c, node), c->arena, c->errors))
		node->told = true;
	note_anchor(c, event->data.scalar.anchor, node);
	return node;
}

static bool push(struct composer *c, const struct node *node)
{
	if (c->depth == YAML_DEPTH_MAX)
		return fail_node(c, node, "more than 64 lists and mappings inside each other");
	c->frames[c->depth++] = (struct frame){ .node = node };
	return true;
}

static struct node *compose_list(struct composer *c, const yaml_event_t *start)
{
	struct node *list = new_node(c, NODE_LIST, start);
	struct anchor *anchor = note_anchor(c, start->data.sequence_start.anchor, list);
	yaml_event_t event;

	if (list == NULL || !push(c, list))
		return NULL;
	while (next_event(c, &event)) {
		bool end = event.type == YAML_SEQUENCE_END_EVENT;
		struct node *item = end ? NULL : compose(c, &event);

		yaml_event_delete(&event);
		if (end)
			break;
		if (item != NULL)
			node_add(c->arena, list, item);
	}
	c->depth--;
	if (anchor != NULL)
		anchor->open = false;
	return list;
}

static struct node *compose_key(struct composer *c, yaml_event_t *event)
{
	if (event->type == YAML_ALIAS_EVENT) {
		struct node *node = compose_alias(c, event);

		if (node == NULL || node->kind == NODE_SCALAR)
			return node;
	}
	if (event->type == YAML_SCALAR_EVENT)
		return compose_scalar(c, event, true);
	if (c->dead)
		return NULL;
	c->parser.problem = "a key must be a single value; is a quote or a blank missing?";
	c->parser.problem_mark = event->start_mark;
	fail_parser(c);
	return NULL;
}

/* A key and its value; false at the end of the mapping. */
static bool compose_pair(struct composer *c, struct node *map)
{
	struct frame *frame = &c->frames[c->depth - 1];
	yaml_event_t event;
	struct node *key, *value = NULL;

	if (!next_event(c, &event))
		return false;
	bool end = event.type == YAML_MAPPING_END_EVENT;

	frame->key = NULL;
	key = end ? NULL : compose_key(c, &event);
	yaml_event_delete(&event);
	if (key == NULL)
		return false;
	frame->key = key;
	frame->pending = true;
	if (next_event(c, &event)) {
		value = compose(c, &event);
		yaml_event_delete(&event);
	}
	frame->pending = false;
	if (value != NULL)
		node_add_pair(c->arena, map, key, value);
	return value != NULL;
}

static struct node *compose_map(struct composer *c, const yaml_event_t *start)
{
	struct node *map = new_node(c, NODE_MAP, start);
	struct anchor *anchor = note_anchor(c, start->data.mapping_start.anchor, map);

	if (map == NULL || !push(c, map))
		return NULL;
	while (compose_pair(c, map))
		;
	c->depth--;
	if (anchor != NULL)
		anchor->open = false;
	if (!c->dead) {
		const char *path = current_path(c, map);

		yaml_unique_keys(map, path, c->arena, c->errors);
		yaml_merge_keys(map, path, c->arena, c->errors);
	}
	return map;
}

static struct node *compose(struct composer *c, yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return compose_scalar(c, event, false);
	case YAML_ALIAS_EVENT:
		return compose_alias(c, event);
	case YAML_SEQUENCE_START_EVENT:
		return compose_list(c, event);
	case YAML_MAPPING_START_EVENT:
		return compose_map(c, event);
	default:
		return NULL;
	}
}

/* One turn of the document level; false when there is nothing more. */
static bool compose_document(struct composer *c, struct node **root, unsigned *documents)
{
	yaml_event_t event;

	if (!next_event(c, &event))
		return false;
	struct node where = place_of(c, event.start_mark);
	bool end = event.type == YAML_STREAM_END_EVENT;

	if (event.type == YAML_DOCUMENT_START_EVENT && ++*documents > 1)
		fail_node(c, &where, "a second document begins here; one file is one document");
	else if (*root == NULL)
		*root = compose(c, &event);
	yaml_event_delete(&event);
	return !end;
}

struct node *yaml_compose(const char *file, struct slice bytes, bool expand, bool *empty,
			  struct arena *arena, struct conf_errors *errors)
{
	struct composer c = { .file = arena_strdup(arena, file),
			      .bytes = bytes,
			      .expand = expand,
			      .arena = arena,
			      .errors = errors };
	struct node *root = NULL;
	unsigned documents = 0;

	*empty = false;
	if (!yaml_parser_initialize(&c.parser)) {
		c.dead = true;
		conf_fail(errors, CONF_ERROR, NULL, "", "out of memory");
		return NULL;
	}
	yaml_parser_set_encoding(&c.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&c.parser,
				     (const unsigned char *)(bytes.len > 0 ? bytes.data : ""),
				     bytes.len);
	while (compose_document(&c, &root, &documents))
		;
	yaml_parser_delete(&c.parser);
	*empty = !c.dead && (root == NULL || node_null(root));
	return c.dead || *empty ? NULL : root;
}
