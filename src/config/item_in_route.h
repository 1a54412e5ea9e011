/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects that stand in a route instead of their name: `- map: FILE` is a cache, and
 * `- subscriptions: {listen: ...}` a subscription server. Their name is the one that the route
 * has been given.
 */
#ifndef CONFIG_ITEM_IN_ROUTE_H
#define CONFIG_ITEM_IN_ROUTE_H

#include "config/config_uwsgi.h"
#include "config/item.h"

struct item_in_route {
	const char *key;	/* of the route, such as "map" */
	/* The name of the one that stands there. */
	const char *(*name)(const struct route_conf *route);
	/* Whether what stands there is one, and not its name. */
	bool (*is_one)(const struct node *node);
	/* Reads it into the struct of the item. false, and told: it is none. */
	bool (*bind)(struct item *item, const struct node *node, const struct conf_place *place);
};

/* Reads `section` with named objects, then those in the routes of all services. */
void item_in_route_read(struct config_file *file, const struct object_kind *kind,
			struct item *root, const struct node *section,
			const struct conf_place *top, const struct item_in_route *how);

#endif
