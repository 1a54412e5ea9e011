/* SPDX-License-Identifier: BSD-2-Clause */
/* The block `post_buffering` of services; a size alone is short for memory. */
#include "config/config_body.h"

#include <stddef.h>

#include "config/config_rows.h"
#include "config/config_types.h"
#include "core/units.h"

#define LIVE APPLIES_LIVE

static bool parse_folder(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	if (!conf_path.parse(node, d, place, field))
		return false;
	return *(const char **)field != NULL ||
	       conf_types_wrong(node, d, place, "write a folder");
}

static const struct conf_type folder_type = {
	.name = "a path",
	.size = sizeof(const char *),
	.parse = parse_folder,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};
#define AT(field) offsetof(struct body_conf, field)

static const struct directive body_rows[] = {
	{ "memory", &conf_size, AT(memory), "8k", LIVE, FROM_API, NULL, NULL,
	  "Bytes of the longest body that is kept in memory." },
	{ "dir", &folder_type, AT(dir), "/var/tmp", LIVE, FROM_API, NULL, NULL,
	  "Folder of the files that longer bodies are kept in; they have no name there." },
	{ "max_memory", &conf_size, AT(max_memory), "16m", LIVE, FROM_API, NULL, NULL,
	  "Bytes of all bodies that a worker keeps in memory; further ones go to files. 0: no "
	  "limit." },
	{ "max_disk", &conf_size, AT(max_disk), "0", LIVE, FROM_API, NULL, NULL,
	  "Bytes of all bodies that a worker keeps in files; requests that need more are closed. "
	  "0: no limit." },
	{ .name = NULL },
};

static bool body_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	struct body_conf *body = conf;

	if (node->kind == NODE_SCALAR && bool_parse(node->value, &body->on))
		return true;
	if (!conf_size.parse(node, conf_find(&config_body_section, "memory"), place,
			     &body->memory))
		return false;
	body->on = body->memory != 0;
	return true;
}

static void body_mapping(void *conf)
{
	((struct body_conf *)conf)->on = true;
}

static const char *body_shorthand(const void *conf)
{
	return ((const struct body_conf *)conf)->on ? NULL : "off";
}

const struct conf_section config_body_section = {
	.name = "post_buffering",
	.rows = body_rows,
	.size = sizeof(struct body_conf),
	.given = offsetof(struct body_conf, given),
	.scalar = body_scalar,
	.scalar_row = "memory",
	.mapping = body_mapping,
	.shorthand = body_shorthand,
};
