/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bodies under /_v1: a byte for the verb, one for the object, then JSON. What can be read comes
 * back the same from JSON and from the bytes between processes. Then it is an edit: refused with an
 * error, or a configuration whose tree can be read again.
 */
#include <string.h>

#include "base.h"
#include "config/config_edit.h"
#include "config/config_tree.h"
#include "core/base.h"
#include "core/json_node.h"
#include "core/node_codec.h"
#include "core/text.h"

static const char *const paths[] = {
	"", "services/web", "services/new", "services/web/backends/one",
	"services/web/backends/new", "defaults/defaults", "services/none/backends/one",
	"subscriptions/apps", "subscriptions/new", "subscriptions/apps/keys/example.com:8000",
	"subscriptions/apps/keys/new.test/app", "services/router/routes/subscriptions",
};

static bool same(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->quoted != b->quoted || a->count != b->count)
		return false;
	if (a->kind == NODE_SCALAR && !slice_equal(a->value, b->value))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (a->kind == NODE_MAP && !slice_equal(a->keys[i]->value, b->keys[i]->value))
			return false;
		if (!same(a->items[i], b->items[i]))
			return false;
	}
	return true;
}

static void encode_and_decode(const struct node *node, struct arena *arena)
{
	struct text out;
	struct slice bytes;
	const struct node *again;

	text_init(&out);
	node_codec_encode(node, &out);
	bytes = text_slice(&out);
	again = node_codec_decode(&bytes, arena);
	HOLDS(again != NULL && bytes.len == 0 && same(node, again));
	text_clear(&out);
	json_node_print(node, 0, &out);
	again = json_node_read(text_slice(&out), arena, (char[JSON_NODE_WHY]){ "" });
	HOLDS(again != NULL);
	text_close(&out);
}

static void read_tree_again(const struct config *next, struct arena *arena)
{
	struct conf_errors errors;
	const struct node *tree = config_tree(next, "", TREE_BELOW | TREE_API_ONLY, arena);
	struct config *again;

	HOLDS(tree != NULL);
	encode_and_decode(tree, arena);
	conf_errors_init(&errors, arena);
	again = config_tree_read(tree, base_config(), &errors);
	if (again == NULL) {
		struct text said;

		text_init(&said);
		json_node_print(tree, 0, &said);
		conf_errors_print(&errors, &said);
		fprintf(stderr, "%s\n", text_cstr(&said));
		text_close(&said);
	}
	HOLDS(again != NULL);
	config_free(again);
	conf_errors_close(&errors);
}

static void apply(const struct config_edit *edit, struct arena *arena)
{
	struct config_diff diff = { .rows = NULL };
	struct conf_errors errors;
	struct text said;

	conf_errors_init(&errors, arena);
	text_init(&said);
	if (config_edit_diff(base_config(), edit, arena, &diff, &errors)) {
		struct config *next = config_share(base_config());

		HOLDS(errors.errors == 0);
		config_edit_apply(next, &diff, 0);
		if (config_edit_check(base_config(), next, &diff, 0, arena, &errors) == EDIT_FITS)
			read_tree_again(next, arena);
		else
			HOLDS(errors.errors != 0);
		config_free(next);
	} else {
		HOLDS(errors.errors != 0);
	}
	conf_errors_json(&errors, &said);
	text_close(&said);
	config_diff_close(&diff);
	conf_errors_close(&errors);
}

static bool removes(enum edit_verb verb)
{
	return verb == EDIT_DELETE || verb == EDIT_CUT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena;
	struct config_edit edit;
	char why[JSON_NODE_WHY] = "";
	struct slice body;

	if (size < 2)
		return 0;
	body = (struct slice){ (const char *)data + 2, size - 2 };
	arena = arena_new();
	edit = (struct config_edit){
		.verb = data[0] % EDIT_VERBS, .path = paths[data[1] % COUNT(paths)],
		.tree = json_node_read(body, arena, why),
	};
	HOLDS((edit.tree == NULL) == (why[0] != '\0') && memchr(why, '\0', sizeof(why)) != NULL);
	if (edit.tree != NULL) {
		encode_and_decode(edit.tree, arena);
		if (removes(edit.verb))
			edit.tree = NULL;
		if (!removes(edit.verb) || *edit.path != '\0')
			apply(&edit, arena);
	}
	arena_free(arena);
	return 0;
}
