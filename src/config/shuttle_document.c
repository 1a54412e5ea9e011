/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/shuttle_document.h"

#include <string.h>
#include <strings.h>

#include "config/shuttle_merge.h"
#include "config/shuttle_tree.h"
#include "core/arena.h"
#include "core/base.h"

/* Words that a service of shuttle's has and one of heddle.yaml has not. */
static const char *const service_words[] = { "address", "network", "check_interval", "rise", "fall",
					     "virtual_hosts", "error_pages", "https-redirect",
					     "maintenance_mode", NULL };
static const char *const global_words[] = { "balance", "check_interval", "rise", "fall",
					    "client_timeout", "server_timeout", "connect_timeout",
					    "https-redirect", "services", NULL };

static bool is_among(const char *key, const char *const *words)
{
	while (*words != NULL && strcasecmp(key, *words) != 0)
		words++;
	return *words != NULL;
}

static bool has_word(const struct node *service)
{
	for (size_t i = 0; service->kind == NODE_MAP && i < service->count; i++) {
		if (is_among(service->keys[i]->value.data, service_words))
			return true;
	}
	return false;
}

static const struct node *services_of(const struct node *root)
{
	if (root->kind == NODE_LIST)
		return root;
	for (size_t i = 0; root->kind == NODE_MAP && i < root->count; i++) {
		if (strcasecmp(root->keys[i]->value.data, "services") == 0)
			return root->items[i];
	}
	return NULL;
}

bool shuttle_document_is(const struct node *root)
{
	const struct node *services = services_of(root);
	bool any = false;

	if (root->kind == NODE_LIST)
		return true;
	if (services == NULL || services->kind != NODE_LIST)
		return false;
	for (size_t i = 0; i < services->count; i++) {
		if (node_get(services->items[i], "listen") != NULL)
			return false;
		any = any || has_word(services->items[i]);
	}
	return any;
}

/* Nodes of a tree that was made have no place: errors are told where their service begins. */
static void set_place(struct node *node, const struct node *place)
{
	if (node->file == NULL) {
		node->file = place->file;
		node->line = place->line;
		node->column = place->column;
	}
	for (size_t i = 0; i < node->count; i++) {
		set_place(node->items[i], place);
		if (node->kind == NODE_MAP)
			set_place(node->keys[i], place);
	}
}

/* The last error is about that service. */
static void place_last(const struct shuttle_reader *in, const char *name,
		       const struct node *place)
{
	struct conf_error *last = &in->errors->list[in->errors->count - 1];

	/* the tree goes before the errors do */
	last->path = arena_printf(in->errors->arena, "services.%s", name);
	last->file = place->file != NULL ? arena_strdup(in->errors->arena, place->file) : NULL;
	last->line = place->line;
	last->column = place->column;
}

static bool add_service(const struct shuttle_reader *in, const struct node *place,
			struct shuttle_service *s, const struct shuttle_settings *globals,
			struct node *services)
{
	const char *ignored;
	struct node *tree, *key;

	if (s->name == NULL) {
		conf_fail(in->errors, CONF_ERROR, place, "services", "a service without a name");
		return false;
	}
	shuttle_merge_initial(s, globals, in->dialect);
	tree = shuttle_tree_service(s, NULL, in->arena, in->errors);
	if (tree == NULL) {
		place_last(in, s->name, place);
		return false;
	}
	ignored = shuttle_tree_ignored(s, in->arena);
	if (ignored != NULL)
		conf_fail(in->errors, CONF_WARNING, place,
			  arena_printf(in->arena, "services.%s", s->name),
			  "%s: kept for shuttle's clients, without effect", ignored);
	key = node_scalar(in->arena, s->name, place);
	key->quoted = true;
	set_place(tree, place);
	node_add_pair(in->arena, services, key, tree);
	return true;
}

static void add(struct arena *arena, struct node *root, const char *key, struct node *value,
		const struct node *place)
{
	set_place(value, place);
	node_add_pair(arena, root, node_scalar(arena, key, place), value);
}

struct node *shuttle_document_tree(const struct shuttle_reader *in, const struct node *root)
{
	struct shuttle_document document;
	const struct node *list = services_of(root);
	struct node *tree = node_new(in->arena, NODE_MAP, root), *globals;
	struct node *services = node_new(in->arena, NODE_MAP, root);
	bool ok = shuttle_read_document(in, root, &document);

	for (size_t i = 0; ok && i < document.count; i++) {
		if (!add_service(in, list->items[i], &document.services[i], &document.globals,
				 services))
			ok = false;
	}
	for (size_t i = 0; root->kind == NODE_MAP && i < root->count; i++) {
		if (!is_among(root->keys[i]->value.data, global_words))
			node_add_pair(in->arena, tree, root->keys[i], root->items[i]);
	}
	globals = shuttle_tree_globals(&document.globals, in->arena);
	if (globals->count != 0 && node_get(tree, "shuttle") == NULL)
		add(in->arena, tree, "shuttle", globals, root);
	add(in->arena, tree, "services", services, root);
	return ok ? tree : NULL;
}

struct node *shuttle_document_parse(const struct shuttle_reader *in, struct slice text)
{
	const struct node *root = shuttle_read_json(in, text);

	return root != NULL ? shuttle_document_tree(in, root) : NULL;
}
