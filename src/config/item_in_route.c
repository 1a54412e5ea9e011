/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/item_in_route.h"

#include "config/config_parts.h"

/* What one load reads them with. */
struct route_reading {
	struct config_file *file;
	const struct object_kind *kind;
	struct item *root;
	const struct item_in_route *how;
};

static void read_route(const struct route_reading *r, const struct item *route,
		       const struct conf_place *service)
{
	const struct node *node = node_get(route->node, r->how->key);
	struct conf_place section = conf_place_key(service, route->kind->section);
	struct conf_place at = conf_place_item(&section, route->order);
	struct conf_place place = conf_place_key(&at, r->how->key);
	struct item *item;

	if (node == NULL || !r->how->is_one(node))
		return;
	item = item_new(r->file, r->kind, node);
	item->name = r->how->name(route->conf);
	item->at = node;
	item_append(r->file, r->root, item);
	if (!r->how->bind(item, node, &place))
		return;
	if (r->kind->finish != NULL)
		r->kind->finish(r->file, item);
	if (node->kind == NODE_MAP)
		item_read_children(r->file, item, node, &place);
}

void item_in_route_read(struct config_file *file, const struct object_kind *kind,
			struct item *root, const struct node *section,
			const struct conf_place *top, const struct item_in_route *how)
{
	const struct route_reading reading = { file, kind, root, how };
	struct conf_place services = conf_place_key(top, config_service_kind.section);
	struct conf_place place = conf_place_key(top, kind->section);
	const struct item *s, *r;

	item_read_named(file, kind, root, section, top);
	for (s = item_first(root, &config_service_kind); s != NULL; s = item_next(s)) {
		struct conf_place own = conf_place_key(&services, s->name);

		for (r = item_first(s, &config_route_kind); r != NULL; r = item_next(r))
			read_route(&reading, r, &own);
	}
	item_unique_names(root, kind, &place);
}
