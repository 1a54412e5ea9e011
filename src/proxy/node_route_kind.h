/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways of routes, one row each; struct route_conf says which one a route is. */
#ifndef PROXY_NODE_ROUTE_KIND_H
#define PROXY_NODE_ROUTE_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "core/slice.h"

struct object_kind;
struct regex;
struct route_conf;

struct node_route_kind {
	size_t value;	/* offset in struct route_conf of the text that no other way has */
	/* A new route: what `address` will match with. NULL: nothing. */
	void (*open)(const struct route_conf *conf, struct regex *regex);
	/*
	 * Makes the address of the node, ROUTE_EXPAND_MAX bytes, for the key. false: the route
	 * knows no node for it. NULL: the route names backends, and `other` says whose.
	 */
	bool (*address)(const struct route_conf *conf, const struct regex *regex,
			struct slice key, char *out);
	bool   by_key;	/* the address is made of the key alone: one that is missing is unknown */
	bool   other;	/* backends of the service conf->backends; else its own */
	bool   script;	/* what conf->script answers for the key */
	/* Nodes of pools, by proxy/pool_source.h: kind of the object that the value names. */
	const struct object_kind *source;
};

const struct node_route_kind *node_route_kind_of(const struct route_conf *conf);
const char *node_route_kind_value(const struct route_conf *conf);
/* Whether its nodes are subscribed to a subscription server. */
bool node_route_kind_subscribes(const struct node_route_kind *kind);

#endif
