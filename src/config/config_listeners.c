/* SPDX-License-Identifier: BSD-2-Clause */
/* `listen`: a text, a mapping, or a list of both. */
#include <string.h>

#include "config/config_foreign.h"
#include "config/config_parts.h"
#include "core/arena.h"
#include "core/text.h"

/* Owner and mode of a socket that is no file would be read and ignored. */
static bool check_owner(const struct listen_conf *listener, const struct node *map,
			const struct conf_place *place)
{
	static const char *const rows[] = { "mode", "user", "group" };

	for (size_t i = 0; i < COUNT(rows) && listener->addr.kind != ADDR_UNIX; i++) {
		const struct directive *d = conf_find(&config_listen_section, rows[i]);

		if (!conf_given(listener, &config_listen_section, d))
			continue;
		struct conf_place key = conf_place_key(place, d->name);

		conf_report(&key, CONF_ERROR, map, "is for unix sockets");
		return false;
	}
	return true;
}

static bool bind_value(struct listen_conf *listener, const struct node *node,
		       const struct conf_place *place)
{
	if (node->kind == NODE_SCALAR && !node_null(node)) {
		conf_set_given(listener, &config_listen_section,
			       conf_find(&config_listen_section, "address"));
		return config_types_read_address(node, true, place, &listener->addr);
	}
	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected an address or a mapping, not %s",
			    node_kind_name(node));
		return false;
	}
	if (!conf_bind(node, &config_listen_section, listener, place, listener))
		return false;
	if (listener->addr.kind == ADDR_NONE) {
		conf_report(place, CONF_ERROR, node, "no address");
		return false;
	}
	return check_owner(listener, node, place);
}

static void add_one(struct config_file *file, struct item *service, const struct item *from,
		    const struct addr *addr)
{
	struct item *item = item_new(file, from->kind, from->node);
	char printed[ADDR_TEXT];

	memcpy(item->conf, from->conf, from->kind->conf->size);
	((struct listen_conf *)item->conf)->addr = *addr;
	item->name = arena_strdup(file->arena, addr_print(addr, printed, sizeof(printed)));
	item->at = from->at;
	item_append(file, service, item);
}

/* One for each port of a range. */
static void read_one(struct config_file *file, const struct object_kind *kind,
		     struct item *service, const struct node *node, const struct conf_place *place)
{
	struct item *item = item_new(file, kind, node);
	struct listen_conf *listener = item->conf;

	if (!bind_value(listener, node, place))
		return;
	config_backends_place(service, &listener->addr);
	if (!conf_given(listener, kind->conf, conf_find(kind->conf, "backlog")))
		listener->backlog = ((struct service_conf *)service->conf)->backlog;
	item->node = item->at = node->kind == NODE_MAP ? node_get(node, "address") : node;
	for (unsigned i = 0; i < addr_range(&listener->addr); i++) {
		struct addr addr = addr_nth(&listener->addr, i);

		add_one(file, service, item, &addr);
	}
}

static void read_listeners(struct config_file *file, const struct object_kind *kind,
			   struct item *service, const struct node *section,
			   const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL) {
		if (((const struct service_conf *)service->conf)->shuttle == NULL &&
		    !config_foreign_has(service->node, service->kind->conf,
					kind->section))
			conf_report(outer, CONF_ERROR, service->node,
				    "no listen: nobody could reach it");
		return;
	}
	if (node_null(section))
		return;
	if (section->kind != NODE_LIST) {
		read_one(file, kind, service, section, &place);
		return;
	}
	if (section->count == 0)
		conf_report(&place, CONF_ERROR, section, "an empty list");
	for (size_t i = 0; i < section->count; i++) {
		struct conf_place at = conf_place_item(&place, i);

		read_one(file, kind, service, section->items[i], &at);
	}
}

/* What only unix sockets have is left out elsewhere. */
static void print(const struct item *item, struct text *out)
{
	const struct listen_conf *listener = item->conf;
	struct text all;

	if (listener->addr.kind == ADDR_UNIX) {
		config_print_flow(listener, item->kind->conf, out);
		return;
	}
	text_init(&all);
	text_puts(&all, "{address: ");
	conf_print_value(listener, conf_find(item->kind->conf, "address"), &all);
	text_printf(&all, ", backlog: %u}", (unsigned)listener->backlog);
	config_print_escaped(&all, out);
	text_close(&all);
}

static const char *describe(const void *conf, char *buf, size_t size)
{
	return addr_print(&((const struct listen_conf *)conf)->addr, buf, size);
}

const struct object_kind config_listener_kind = {
	.name = "listener",
	.plural = "listeners",
	.section = "listen",
	.parent = &config_service_kind,
	.conf = &config_listen_section,
	.told = TOLD_CONTROL | TOLD_STATE,
	.unnamed = true,
	.resources = true,
	.listens = true,
	.read = read_listeners,
	.check_system = config_deep_listener,
	.print = print,
	.describe = describe,
};
