/* SPDX-License-Identifier: BSD-2-Clause */
/* From files, overrides and defaults to a whole configuration, or to every reason why not. */
#include <string.h>

#include "core/arena.h"
#include "core/config_parts.h"

static struct node *read_source(const struct config_source *source, struct arena *arena,
				struct conf_errors *errors)
{
	if (source->file != NULL)
		return yaml_read_file(source->file, arena, errors);
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
	node_overlay(arena, root, over, "", errors);
	return true;
}

/* Keys that begin with x- hold anchors; they are nobody's settings. */
static void drop_anchor_keys(struct node *root)
{
	for (size_t i = root->count; i-- > 0;)
		if (strncmp(root->keys[i]->value.data, "x-", 2) == 0)
			node_remove(root, i);
}

static const char bare_list[] = "a list at the top is shuttle's form, which is not in this "
				"version; write services: [...]";

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
	if (root->kind != NODE_MAP) {
		conf_fail(errors, CONF_ERROR, root, "", "%s",
			  root->kind == NODE_LIST ? bare_list : whose_text(root->value.data));
		return NULL;
	}
	drop_anchor_keys(root);
	for (const char *const *g = source->overrides; g != NULL && *g != NULL; g++)
		(void)read_override(*g, root, arena, errors);
	const struct node *include = node_get(root, "include");

	/* Those of files have been followed and are gone. */
	if (include != NULL)
		conf_fail(errors, CONF_ERROR, include, "include", "is for files only");
	return root;
}

static void bind_tree(struct config *config, bool deep, struct conf_errors *errors)
{
	const struct conf_place top = { .name = "", .arena = config->arena, .errors = errors };

	(void)conf_bind(config->tree, &config_settings_section, NULL, &top, &config->settings);
	if (config->settings.workers_auto)
		config->settings.workers = config_cpus();
	config_bind_services(config, node_get(config->tree, "services"), &top);
	config_check(config, &top);
	config_check_loops(config, deep, &top);
	if (deep) {
		config_check_system(config, &top);
		config_check_files(config, &top);
	}
}

struct config *config_load(const struct config_source *source, bool deep,
			   struct conf_errors *errors)
{
	struct arena *arena = arena_new();
	struct config *config = arena_alloc(arena, sizeof(*config));
	unsigned before = errors->errors;

	config->arena = arena;
	config->file = arena_strdup(arena, source->file != NULL ? source->file : "heddle");
	config->tree = read_tree(source, arena, errors);
	config->files = errors->file_count > 0 ? (unsigned)errors->file_count - 1 : 0;
	if (config->tree != NULL)
		bind_tree(config, deep, errors);
	conf_errors_sort(errors);
	if (config->tree != NULL && errors->errors == before)
		return config;
	config_free(config);
	return NULL;
}

void config_free(struct config *config)
{
	if (config != NULL)
		arena_free(config->arena);
}
