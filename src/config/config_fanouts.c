/* SPDX-License-Identifier: BSD-2-Clause */
/* `fanouts`: their listeners and targets, each an address, a mapping, or a list of both. */
#include <string.h>

#include "config/config_fanout.h"
#include "config/config_parts.h"
#include "core/arena.h"
#include "core/text.h"

/* Whether the struct has an address afterwards. */
static bool bind_value(struct item *item, const struct node *node, const struct conf_place *place)
{
	const struct conf_section *section = item->kind->conf;
	const struct directive *address = conf_find(section, "address");

	if (node->kind == NODE_SCALAR && !node_null(node)) {
		conf_set_given(item->conf, section, address);
		return address->type->parse(node, address, place,
					    (char *)item->conf + address->offset);
	}
	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected an address or a mapping, not %s",
			    node_kind_name(node));
		return false;
	}
	if (!conf_bind(node, section, item->conf, place, item->conf))
		return false;
	if (conf_given(item->conf, section, address))
		return true;
	conf_report(place, CONF_ERROR, node, "no address");
	return false;
}

static void read_one(struct config_file *file, const struct object_kind *kind,
		     struct item *fanout, const struct node *node,
		     const struct conf_place *place, config_fanouts_append *append)
{
	struct item *item = item_new(file, kind, node);

	if (!bind_value(item, node, place))
		return;
	item->node = item->at = node->kind == NODE_MAP ? node_get(node, "address") : node;
	append(file, fanout, item, place);
}

void config_fanouts_read_list(struct config_file *file, const struct object_kind *kind,
			      struct item *parent, const struct node *section,
			      const struct conf_place *place, config_fanouts_append *append)
{
	if (section->kind != NODE_LIST) {
		read_one(file, kind, parent, section, place, append);
		return;
	}
	for (size_t i = 0; i < section->count; i++) {
		struct conf_place at = conf_place_item(place, i);

		read_one(file, kind, parent, section->items[i], &at, append);
	}
}

static bool is_given(const struct item *item, const char *directive)
{
	const struct conf_section *section = item->kind->conf;

	return conf_given(item->conf, section, conf_find(section, directive));
}

/* What has no effect on such an address would be read and ignored. */
void config_fanouts_check_use(const struct item *item, const char *const *rows, bool usable,
			      const char *whose, const struct conf_place *place)
{
	for (; *rows != NULL && !usable; rows++) {
		struct conf_place key = conf_place_key(place, *rows);

		if (is_given(item, *rows))
			conf_report(&key, CONF_ERROR, item->node, "is for %s", whose);
	}
}

static void check_interface(const struct item *item, const char *name, const struct addr *addr,
			    const struct conf_place *place)
{
	static const char *const groups[] = { "interface", NULL };
	struct conf_place key = conf_place_key(place, "interface");

	config_fanouts_check_use(item, groups, config_fanout_is_group(addr), "multicast groups",
				 place);
	if (name != NULL && strlen(name) >= CONFIG_INTERFACE_MAX)
		conf_report(&key, CONF_ERROR, item->node, "the name of an interface is shorter");
}

/* One for each port of a range. */
static void append_listener(struct config_file *file, struct item *fanout, struct item *from,
			    const struct conf_place *place)
{
	static const char *const owner[] = { "mode", "user", "group", NULL };
	const struct datagram_listen_conf *conf = from->conf;

	config_fanouts_check_use(from, owner, conf->use.addr.kind == ADDR_UNIX, "unix sockets",
				 place);
	check_interface(from, conf->interface, &conf->use.addr, place);
	for (unsigned i = 0; i < addr_range(&conf->use.addr); i++) {
		struct item *item = item_new(file, from->kind, from->node);
		struct datagram_listen_conf *one = item->conf;
		char printed[ADDR_TEXT];

		*one = *conf;
		one->use.addr = addr_nth(&conf->use.addr, i);
		item->at = from->at;
		item->name = arena_strdup(file->arena,
					  addr_print(&one->use.addr, printed, sizeof(printed)));
		item_append(file, fanout, item);
	}
}

void config_fanouts_read_listeners(struct config_file *file, const struct object_kind *kind,
				   struct item *fanout, const struct node *section,
				   const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL || (section->kind == NODE_LIST && section->count == 0))
		conf_report(outer, CONF_ERROR, fanout->node, "no listen: nothing could reach it");
	else
		config_fanouts_read_list(file, kind, fanout, section, &place, append_listener);
}

static void append_target(struct config_file *file, struct item *fanout, struct item *item,
			  const struct conf_place *place)
{
	static const char *const groups[] = { "ttl", NULL };
	const struct fanout_target_conf *conf = item->conf;
	char name[ENDPOINT_TEXT];

	check_interface(item, conf->interface, &conf->address.addr, place);
	config_fanouts_check_use(item, groups, config_fanout_is_group(&conf->address.addr),
				 "multicast groups", place);
	(void)config_fanout_name(&conf->address, name, sizeof(name));
	item->name = arena_strdup(file->arena, name);
	item_append(file, fanout, item);
}

static void read_targets(struct config_file *file, const struct object_kind *kind,
			 struct item *fanout, const struct node *section,
			 const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section == NULL || node_null(section) ||
	    (section->kind == NODE_LIST && section->count == 0)) {
		conf_report(outer, CONF_WARNING, fanout->node,
			    "no targets: every datagram is dropped");
		return;
	}
	config_fanouts_read_list(file, kind, fanout, section, &place, append_target);
	item_unique_names(fanout, kind, &place);
}

void config_fanouts_print_flow(const struct item *item, struct text *out)
{
	const struct conf_section *section = item->kind->conf;
	const char *comma = "";
	struct text all;

	text_init(&all);
	text_putc(&all, '{');
	for (const struct directive *d = section->rows; d->name != NULL; d++) {
		if (strcmp(d->name, "address") != 0 && !is_given(item, d->name))
			continue;
		text_printf(&all, "%s%s: ", comma, d->name);
		conf_print_value(item->conf, d, &all);
		comma = ", ";
	}
	text_putc(&all, '}');
	config_print_escaped(&all, out);
	text_close(&all);
}

const char *config_fanouts_describe_listener(const void *conf, char *buf, size_t size)
{
	return addr_print(&((const struct listen_conf *)conf)->addr, buf, size);
}

static const char *describe_target(const void *conf, char *buf, size_t size)
{
	return config_fanout_name(&((const struct fanout_target_conf *)conf)->address, buf, size);
}

const struct object_kind config_fanout_kind = {
	.name = "fanout",
	.plural = "fanouts",
	.section = "fanouts",
	.parent = &config_settings_kind,
	.conf = &config_fanout_section,
	.told = TOLD_RESOLVER | TOLD_CONTROL | TOLD_STATE,
	.counted = true,
	.resources = true,
	.check = config_check_fanout,
	.check_system = config_deep_fanout,
};

const struct object_kind config_fanout_listener_kind = {
	.name = "listener",
	.plural = "listeners",
	.section = "listen",
	.parent = &config_fanout_kind,
	.conf = &config_fanout_listen_section,
	.told = TOLD_RESOLVER | TOLD_CONTROL | TOLD_STATE,
	.unnamed = true,
	.resources = true,
	.listens = true,
	.read = config_fanouts_read_listeners,
	.check_system = config_deep_listener,
	.print = config_fanouts_print_flow,
	.describe = config_fanouts_describe_listener,
};

const struct object_kind config_target_kind = {
	.name = "target",
	.plural = "targets",
	.section = "targets",
	.parent = &config_fanout_kind,
	.conf = &config_target_section,
	.told = TOLD_RESOLVER | TOLD_CONTROL | TOLD_STATE,
	.unnamed = true,
	.read = read_targets,
	.print = config_fanouts_print_flow,
	.describe = describe_target,
};
