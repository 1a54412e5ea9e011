/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_differ.h"

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "config/config_tree.h"
#include "core/arena.h"
#include "core/json_node.h"
#include "core/text.h"

struct differ_output {
	struct text  body, path;
	bool         any;
};

static void print_value(const struct node *node, struct text *out)
{
	if (node == NULL)
		text_puts(out, "null");
	else
		json_node_print(node, 2, out);
}

static void add_row(struct differ_output *o, const struct node *running, const struct node *file)
{
	text_puts(&o->body, o->any ? ",\n    {\"path\": " : "\n    {\"path\": ");
	text_json(&o->body, text_slice(&o->path));
	text_puts(&o->body, ", \"running\": ");
	print_value(running, &o->body);
	text_puts(&o->body, ", \"file\": ");
	print_value(file, &o->body);
	text_puts(&o->body, "}");
	o->any = true;
}

static bool is_map(const struct node *node)
{
	return node != NULL && node->kind == NODE_MAP;
}

static void compare(struct differ_output *o, const struct node *running, const struct node *file);

/* Keys of `side`; those of the other one, too, are compared once, from `running`. */
static void compare_keys(struct differ_output *o, const struct node *running,
			 const struct node *file, bool from_file)
{
	const struct node *side = from_file ? file : running;
	size_t len = o->path.len;

	for (size_t i = 0; i < side->count; i++) {
		const char *key = side->keys[i]->value.data;
		const struct node *a = node_get(running, key), *b = node_get(file, key);

		if (from_file && a != NULL)
			continue;
		text_printf(&o->path, "%s%s", len > 0 ? "." : "", key);
		compare(o, a, b);
		text_truncate(&o->path, len);
	}
}

static void compare(struct differ_output *o, const struct node *running, const struct node *file)
{
	if (is_map(running) && is_map(file)) {
		compare_keys(o, running, file, false);
		compare_keys(o, running, file, true);
	} else if (!node_equal(running, file)) {
		add_row(o, running, file);
	}
}

void v1_differ_serve(struct http_request *r)
{
	struct arena *arena = arena_new();
	struct differ_output o = { .any = false };

	text_init(&o.body);
	text_init(&o.path);
	text_puts(&o.body, "{\n  \"differences\": [");
	compare(&o, config_tree(model_config(), "", TREE_BELOW, arena),
		config_tree(model_base(), "", TREE_BELOW, arena));
	text_puts(&o.body, o.any ? "\n  ]\n}" : "]\n}");
	http_write(r, o.body.data, o.body.len);
	text_close(&o.body);
	text_close(&o.path);
	arena_free(arena);
	answer_send(r, 200);
}
