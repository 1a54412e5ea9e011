/* SPDX-License-Identifier: BSD-2-Clause */
/* Fan-outs as a whole: targets that lead back, directives that cannot stand together. */
#include <string.h>

#include "config/config_fanout.h"
#include "config/config_parts.h"
#include "config/config_reach.h"

static const struct node *node_of(const struct item *fanout, const char *key)
{
	const struct node *node = node_get(fanout->node, key);

	return node != NULL ? node : fanout->node;
}

static bool is_unix(const struct addr *addr)
{
	return addr->kind == ADDR_UNIX || addr->kind == ADDR_ABSTRACT;
}

static void report_loop(const struct item *target, const struct item *listener,
			const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, target->kind->section);

	conf_report(&key, CONF_ERROR, target->node,
		    "%s leads back to heddle itself: fanouts.%s listens on %s", target->name,
		    listener->parent->name, listener->name);
}

/* The listener of a fan-out that would receive what is sent to the address; NULL: none. */
static const struct item *find_listener(const struct config_file *file, const struct addr *addr)
{
	const struct item *f = item_first(file->root, &config_fanout_kind), *l;

	for (; f != NULL; f = item_next(f)) {
		for (l = item_first(f, &config_fanout_listener_kind); l != NULL; l = item_next(l)) {
			const struct addr *own = &((const struct listen_conf *)l->conf)->addr;

			if (addr_port(own) == addr_port(addr) && config_reach(NULL, addr, own))
				return l;
		}
	}
	return NULL;
}

/* A group may be sent to on one interface and received on another: what comes back is dropped. */
static void check_loop(const struct config_file *file, const struct item *target,
		       const struct conf_place *place)
{
	const struct addr *addr = &((const struct fanout_target_conf *)target->conf)->address.addr;
	const struct item *listener;

	if (addr->kind == ADDR_NONE || config_fanout_is_group(addr))
		return;
	listener = find_listener(file, addr);
	if (listener != NULL)
		report_loop(target, listener, place);
}

/* The source of a datagram is the address of a host: unix sockets have none. */
static void check_source(const struct item *fanout, const struct conf_place *place)
{
	const struct item *i = item_first(fanout, &config_target_kind);
	struct conf_place key = conf_place_key(place, "source");

	if (((const struct fanout_conf *)fanout->conf)->source != FANOUT_KEEP)
		return;
	for (; i != NULL; i = item_next(i)) {
		if (is_unix(&((const struct fanout_target_conf *)i->conf)->address.addr))
			conf_report(&key, CONF_ERROR, node_of(fanout, "source"),
				    "keep is for targets with ports; %s is a unix socket", i->name);
	}
	for (i = item_first(fanout, &config_fanout_listener_kind); i != NULL; i = item_next(i)) {
		if (is_unix(&((const struct listen_conf *)i->conf)->addr))
			conf_report(&key, CONF_ERROR, node_of(fanout, "source"),
				    "keep is for senders with ports; %s is a unix socket", i->name);
	}
}

void config_check_fanout(const struct config_file *file, const struct item *fanout,
			 const struct conf_place *place)
{
	const struct fanout_conf *conf = fanout->conf;
	const struct item *target = item_first(fanout, &config_target_kind);
	struct conf_place key = conf_place_key(place, "fill_address");

	for (; target != NULL; target = item_next(target))
		check_loop(file, target, place);
	check_source(fanout, place);
	if (conf->fill_address && conf->protocol == FANOUT_RAW)
		conf_report(&key, CONF_ERROR, node_of(fanout, "fill_address"),
			    "with protocol raw no datagram is an announcement");
}
