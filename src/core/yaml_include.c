/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file with what it includes, as one tree. Included files add services and
 * settings; nothing replaces anything: what is given twice is told with both
 * places.
 */
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

#define INCLUDE_DEPTH_MAX 8

struct file {
	struct file *next;
	dev_t dev;
	ino_t ino;
	bool open; /* it is being read: including it again is a loop */
};

struct include {
	struct arena *arena;
	struct conf_errors *errors;
	struct file *files;
	yaml_collection *is_collection;
	unsigned depth;
};

static struct node *read_tree(struct include *in, const char *path, const struct node *from,
			      bool *empty);

/* Notes the file; NULL and told when it has been read already. */
static struct file *enter(struct include *in, const char *path, const struct node *from)
{
	struct file *f = in->files;
	struct stat st = { 0 };

	(void)stat(path, &st); /* a failure is told when it is opened */
	while (f != NULL && (f->dev != st.st_dev || f->ino != st.st_ino || st.st_ino == 0))
		f = f->next;
	if (f != NULL) {
		conf_fail(in->errors, CONF_ERROR, from, "include", "%s %s", path,
			  f->open ? "includes itself" : "is already included");
		return NULL;
	}
	f = arena_alloc(in->arena, sizeof(*f));
	*f = (struct file){ in->files, st.st_dev, st.st_ino, true };
	in->files = f;
	return f;
}

/* {web: {...}} as [{name: web, ...}]: both forms say the same. */
static struct node *as_list(struct arena *arena, const struct node *map)
{
	struct node *list = node_new(arena, NODE_LIST, map);

	for (size_t i = 0; i < map->count; i++) {
		struct node *item = node_new(arena, NODE_MAP, map->keys[i]);

		node_add_pair(arena, item, node_scalar(arena, "name", map->keys[i]), map->keys[i]);
		for (size_t j = 0; j < map->items[i]->count && map->items[i]->kind == NODE_MAP; j++)
			node_add_pair(arena, item, map->items[i]->keys[j], map->items[i]->items[j]);
		node_add(arena, list, item);
	}
	return list;
}

static struct node *join(struct arena *arena, struct node *a, struct node *b)
{
	bool lists = a->kind == NODE_LIST || b->kind == NODE_LIST;

	if (lists && a->kind == NODE_MAP)
		a = as_list(arena, a);
	if (lists && b->kind == NODE_MAP)
		b = as_list(arena, b);
	a = node_copy(arena, a); /* an anchor may have put it elsewhere too */
	for (size_t i = 0; i < b->count; i++) {
		if (b->kind == NODE_MAP)
			node_add_pair(arena, a, b->keys[i], b->items[i]);
		else
			node_add(arena, a, b->items[i]);
	}
	return a;
}

static void merge_file(struct include *in, struct node *root, struct node *from)
{
	for (size_t i = 0; i < from->count; i++) {
		struct node *key = from->keys[i], *value = from->items[i];
		size_t at = 0;

		while (at < root->count && !slice_equal(root->keys[at]->value, key->value))
			at++;
		/* Keys for anchors are each file's own. */
		if (strncmp(key->value.data, "x-", 2) == 0)
			continue;
		if (at < root->count && in->is_collection(key->value) &&
		    value->kind != NODE_SCALAR &&
		    root->items[at]->kind != NODE_SCALAR)
			root->items[at] = join(in->arena, root->items[at], value);
		else
			node_add_pair(in->arena, root, key, value);
	}
}

static void include_file(struct include *in, struct node *root, const char *path,
			 const struct node *from)
{
	struct file *file = enter(in, path, from);
	bool empty = false;

	if (file == NULL)
		return;
	struct node *tree = read_tree(in, path, from, &empty);

	file->open = false;
	if (empty)
		conf_fail(in->errors, CONF_WARNING, from, "include", "there is nothing in %s",
			  path);
	else if (tree != NULL && tree->kind != NODE_MAP)
		conf_fail(in->errors, CONF_ERROR, tree, "", "a mapping is expected, not %s",
			  node_kind_name(tree));
	else if (tree != NULL)
		merge_file(in, root, tree);
}

static void include_pattern(struct include *in, struct node *root, const struct node *pattern)
{
	const char *slash = strrchr(pattern->file, '/');
	int folder = slash != NULL && pattern->value.data[0] != '/'
		? (int)(slash - pattern->file) + 1
		: 0;
	const char *path =
		arena_printf(in->arena, "%.*s%s", folder, pattern->file, pattern->value.data);
	glob_t found;

	if (strpbrk(pattern->value.data, "*?[") == NULL) {
		include_file(in, root, path, pattern);
		return;
	}
	/* A folder that is empty yet is fine; one that cannot be read is not. */
	int status = glob(path, GLOB_ERR, NULL, &found);

	if (status != 0 && status != GLOB_NOMATCH)
		conf_fail(in->errors, CONF_ERROR, pattern, "include", "%s: %s", path,
			  errno != 0 ? strerror(errno) : "cannot be read");
	for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
		include_file(in, root, found.gl_pathv[i], pattern);
	if (status == 0)
		globfree(&found);
}

static void follow(struct include *in, struct node *root, const struct node *patterns)
{
	if (patterns->kind == NODE_SCALAR && !node_null(patterns))
		include_pattern(in, root, patterns);
	else if (patterns->kind != NODE_LIST)
		conf_fail(in->errors, CONF_ERROR, patterns, "include",
			  "expected a path or a list of paths, not %s", node_kind_name(patterns));
	for (size_t i = 0; patterns->kind == NODE_LIST && i < patterns->count; i++) {
		if (patterns->items[i]->kind == NODE_SCALAR && !node_null(patterns->items[i]))
			include_pattern(in, root, patterns->items[i]);
		else
			conf_fail(in->errors, CONF_ERROR, patterns->items[i], "include",
				  "expected a path, not %s", node_kind_name(patterns->items[i]));
	}
}

static struct node *read_one(struct include *in, const char *path, const struct node *from,
			     bool *empty)
{
	struct text bytes;
	struct node *root = NULL;

	text_init(&bytes);
	if (yaml_source_read(path, from, &bytes, in->errors)) {
		struct slice text = text_slice(&bytes);

		conf_errors_file(in->errors, path);
		if (yaml_source_check(path, &text, in->errors))
			root = yaml_compose(path, text, true, empty, in->arena, in->errors);
	}
	text_close(&bytes);
	return root;
}

static struct node *read_tree(struct include *in, const char *path, const struct node *from,
			      bool *empty)
{
	struct node *root = read_one(in, path, from, empty);

	for (size_t i = 0; root != NULL && root->kind == NODE_MAP && i < root->count; i++) {
		struct node *patterns = root->items[i];

		if (!slice_is(root->keys[i]->value, "include"))
			continue;
		node_remove(root, i);
		if (in->depth == INCLUDE_DEPTH_MAX) {
			conf_fail(in->errors, CONF_ERROR, patterns, "include",
				  "more than %d files inside each other", INCLUDE_DEPTH_MAX);
			return root;
		}
		in->depth++;
		follow(in, root, patterns);
		in->depth--;
		return root;
	}
	return root;
}

struct node *yaml_read_file(const char *path, yaml_collection *is_collection, struct arena *arena,
			    struct conf_errors *errors)
{
	struct include in = { .arena = arena, .errors = errors, .is_collection = is_collection };
	struct node where = { .file = path, .line = 1, .column = 1 };
	unsigned before = errors->errors;
	bool empty = false;
	struct file *file = enter(&in, path, &where);
	struct node *root = read_tree(&in, path, NULL, &empty);

	if (file != NULL)
		file->open = false;
	if (empty)
		conf_fail(errors, CONF_ERROR, &where, "", "there is nothing in it");
	if (root != NULL && root->kind == NODE_MAP) {
		yaml_unique_keys(root, "", arena, errors);
		for (size_t i = 0; i < root->count; i++) {
			struct slice key = root->keys[i]->value;

			if (is_collection(key) && root->items[i]->kind == NODE_MAP)
				yaml_unique_keys(root->items[i], key.data, arena, errors);
		}
	}
	return errors->errors > before && root == NULL ? NULL : root;
}
