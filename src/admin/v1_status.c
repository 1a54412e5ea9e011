/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_status.h"

#include <string.h>

#include "admin/model.h"
#include "admin/object_status.h"
#include "admin/v1_key_status.h"
#include "config/config.h"
#include "config/config_types.h"
#include "config/config_words.h"
#include "core/node.h"
#include "core/text.h"

struct adding {
	struct node  *top;
	const char   *path;
	struct arena *arena;
};

static void add_word(const struct adding *a, struct node *tree, const struct object *object)
{
	const char *word = object_status_word(object);
	struct node *value;

	if (word == NULL || tree == NULL || tree->kind != NODE_MAP)
		return;
	value = node_scalar(a->arena, word, NULL);
	value->quoted = true;
	node_add_pair(a->arena, tree, node_scalar(a->arena, "status", NULL), value);
}

static bool is_key(const struct object *object)
{
	return object->kind == &config_subscription_key_kind ||
	       object->kind == &config_cache_entry_kind;
}

/* Of a key that was asked for alone: there may be thousands beside it. */
static void add_nodes(const struct adding *a, const struct object *key,
		      const struct object *owner)
{
	struct node *status = v1_key_status(owner, key->name, a->arena);

	if (status != NULL)
		node_add_pair(a->arena, a->top, node_scalar(a->arena, "status", NULL), status);
}

static void add_one(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct adding *a = arg;
	struct node *section;

	if (strcmp(path, a->path) == 0 && is_key(object)) {
		add_nodes(a, object, parent);
		return;
	}
	if (strcmp(path, a->path) == 0) {
		add_word(a, a->top, object);
		return;
	}
	section = object->kind->unnamed ? NULL : node_get(a->top, object->kind->section);
	if (section != NULL)
		add_word(a, node_get(section, object->name), object);
}

void v1_status_add(struct node *tree, const char *path, struct arena *arena)
{
	struct adding a = { tree, path, arena };

	config_each(model_config(), path, add_one, &a);
}

struct status_check {
	struct text *missing;
	bool         reached;
};

static void note(struct status_check *s, const char *path, const char *word)
{
	text_puts(s->missing, s->missing->len > 0 ? "; " : "");
	config_words(path, s->missing);
	text_printf(s->missing, " %s", word);
	s->reached = false;
}

static void check_one(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct status_check *s = arg;
	struct text word;

	(void)parent;
	text_init(&word);
	if (!object_status_reached(object, &word))
		note(s, path, text_cstr(&word));
	text_close(&word);
}

bool v1_status_reached(const char *path, struct text *missing)
{
	struct status_check s = { missing, true };

	config_each(model_config(), path, check_one, &s);
	return s.reached;
}
