/* SPDX-License-Identifier: BSD-2-Clause */
/* From files, overrides and defaults to a whole configuration, or to every reason why not. */
#include "config/config_load.h"

#include <string.h>

#include "config/config_parts.h"
#include "config/shuttle_document.h"
#include "core/arena.h"

bool config_load_collection(struct slice key)
{
	const struct object_kind *kind = object_kind_below(&config_settings_kind, key);

	return kind != NULL && !kind->single;
}

static struct node *read_source(const struct config_source *source, struct arena *arena,
				struct conf_errors *errors)
{
	if (source->file != NULL)
		return yaml_read_file(source->file, config_load_collection, arena, errors);
	return yaml_read_text("heddle", source->text, arena, errors);
}

static bool read_override(const char *text, struct node *root, struct arena *arena,
			  struct conf_errors *errors)
{
	struct node *over = yaml_read_text("-g", slice_of(text), arena, errors);

	if (over == NULL)
		return false;
	if (over->kind != NODE_MAP) {
		conf_fail(errors, CONF_ERROR, over, "", "write -g \"key: value\"");
		return false;
	}
	yaml_overlay(arena, root, over, "", errors);
	return true;
}

/* Keys that begin with x- hold anchors; they are nobody's settings. */
static void drop_anchor_keys(struct node *root)
{
	for (size_t i = root->count; i-- > 0;)
		if (strncmp(root->keys[i]->value.data, "x-", 2) == 0)
			node_remove(root, i);
}

/* The dialect of a document of shuttle's: nothing is bound yet when it must be known. */
static enum shuttle_dialect dialect_of(const struct node *root)
{
	const struct node *admin = node_get(root, "admin");
	const struct node *word = admin != NULL ? node_get(admin, "shuttle") : NULL;

	if (word == NULL)
		return SHUTTLE_README;
	return slice_is(word->value, "v0.1") ? SHUTTLE_V01 : SHUTTLE_README_IN_WORDS;
}

/* A list at the top, as what -g can be put on. */
static struct node *wrap_list(struct arena *arena, struct node *list)
{
	struct node *root = node_new(arena, NODE_MAP, list);

	node_add_pair(arena, root, node_scalar(arena, "services", list), list);
	return root;
}

/* A file in which nothing is YAML. */
static const char *whose_text(const char *text)
{
	static const char *const haproxy[] = { "global", "defaults", "frontend", "backend",
					       "listen" };

	if (strchr(text, '{') != NULL && strchr(text, ';') != NULL)
		return "this looks like a file of nginx; heddle reads YAML, see heddle.yaml(5)";
	for (size_t i = 0; i < COUNT(haproxy); i++)
		if (strncmp(text, haproxy[i], strlen(haproxy[i])) == 0)
			return "this looks like a file of haproxy; heddle reads YAML, see "
			       "heddle.yaml(5)";
	if (strstr(text, " = ") != NULL)
		return "write : instead of =, such as workers: 4; heddle reads YAML";
	return "a mapping is expected, such as services: {...}";
}

static struct node *read_tree(const struct config_source *source, struct arena *arena,
			      struct conf_errors *errors)
{
	struct node *root = read_source(source, arena, errors);

	if (root == NULL)
		return NULL;
	bool bare = root->kind == NODE_LIST;

	if (root->kind == NODE_SCALAR) {
		conf_fail(errors, CONF_ERROR, root, "", "%s", whose_text(root->value.data));
		return NULL;
	}
	if (bare)
		root = wrap_list(arena, root);
	drop_anchor_keys(root);
	for (const char *const *g = source->overrides; g != NULL && *g != NULL; g++)
		(void)read_override(*g, root, arena, errors);
	const struct node *include = node_get(root, "include");

	/* Those of files have been followed and are gone. */
	if (include != NULL)
		conf_fail(errors, CONF_ERROR, include, "include", "is for files only");
	if (!bare && !shuttle_document_is(root))
		return root;
	return shuttle_document_tree(&(struct shuttle_reader){ dialect_of(root), arena, errors },
				     root);
}

static void check_one_system(const struct item *item, const struct conf_place *place, void *arg)
{
	if (item->kind->check_system != NULL)
		item->kind->check_system(arg, item, place);
}

static void bind_settings(struct config_file *file, const struct conf_place *top)
{
	struct settings *settings;

	file->root = item_new(file, &config_settings_kind, file->tree);
	file->root->name = "";
	file->counts[0] = 1;
	file->settings = settings = file->root->conf;
	(void)conf_bind(file->tree, &config_settings_section, settings, top, settings);
	if (settings->workers_auto)
		settings->workers = config_cpus();
}

static void bind_objects(struct config_file *file, bool deep, const struct conf_place *top)
{
	item_read_children(file, file->root, file->tree, top);
	config_check(file, top);
	config_check_routes(file, CONF_ERROR, top);
	config_check_loops(file, deep, top);
	if (!deep)
		return;
	check_one_system(file->root, top, file);
	item_each(file->root, top, &(struct item_visit){ check_one_system, file });
	config_check_files(file, top);
}

enum extent { LOAD_SETTINGS, LOAD_OBJECTS, LOAD_DEEP };

static struct config_file *load(const struct config_source *source, enum extent extent,
				struct conf_errors *errors)
{
	struct arena *arena = arena_new();
	struct config_file *file = arena_alloc(arena, sizeof(*file));
	const struct conf_place top = { .name = "", .arena = arena, .errors = errors };
	unsigned before = errors->errors;

	file->arena = arena;
	file->path = arena_strdup(arena, source->file != NULL ? source->file : "heddle");
	file->tree = read_tree(source, arena, errors);
	file->files = errors->file_count > 0 ? (unsigned)errors->file_count - 1 : 0;
	if (file->tree != NULL)
		bind_settings(file, &top);
	if (file->tree != NULL && extent >= LOAD_OBJECTS)
		bind_objects(file, extent == LOAD_DEEP, &top);
	conf_errors_sort(errors);
	if (file->tree != NULL && errors->errors == before)
		return file;
	config_load_free(file);
	return NULL;
}

struct config_file *config_load(const struct config_source *source, bool deep,
				struct conf_errors *errors)
{
	return load(source, deep ? LOAD_DEEP : LOAD_OBJECTS, errors);
}

struct config_file *config_load_settings(const struct config_source *source,
					 struct conf_errors *errors)
{
	return load(source, LOAD_SETTINGS, errors);
}

void config_load_free(struct config_file *file)
{
	if (file != NULL)
		arena_free(file->arena);
}
