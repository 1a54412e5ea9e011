/* SPDX-License-Identifier: BSD-2-Clause */
/* `defaults`: what services inherit. It is there once, also where the file does not have it. */
#include "config/config_parts.h"
#include "config/config_structs.h"

static void report_children(const struct node *node, const struct conf_place *place)
{
	for (size_t i = 0; node->kind == NODE_MAP && i < node->count; i++) {
		const struct node *name = node->keys[i];
		struct conf_place key = conf_place_key(place, name->value.data);

		if (slice_is(name->value, "name") ||
		    object_kind_below(&config_service_kind, name->value) != NULL)
			conf_report(&key, CONF_ERROR, node->items[i],
				    "is for services, not for their defaults");
	}
}

static void read_defaults(struct config_file *file, const struct object_kind *kind,
			  struct item *root, const struct node *section,
			  const struct conf_place *top)
{
	struct conf_place place = conf_place_key(top, kind->section);
	struct item *item = item_new(file, kind, section != NULL ? section : file->tree);
	struct service_conf *defaults = item->conf;

	item->name = kind->name;
	/* The access log of the top level is what services have by default. */
	defaults->access_log = file->settings->access_log;
	if (section != NULL && node_null(section)) {
		conf_report(&place, CONF_ERROR, section, "no value; expected a mapping");
		section = NULL;
	}
	(void)conf_bind(section, kind->conf, defaults, &place, defaults);
	file->defaults = defaults;
	file->defaults_node = section;
	item_append(file, root, item);
	if (section != NULL)
		report_children(section, &place);
}

const struct object_kind config_defaults_kind = {
	.name = "defaults",
	.plural = "defaults",
	.section = "defaults",
	.parent = &config_settings_kind,
	.conf = &config_service_section,
	.told = TOLD_CONTROL | TOLD_STATE,
	.single = true,
	.unprinted = true,
	.read = read_defaults,
};
