/* SPDX-License-Identifier: BSD-2-Clause */
/* What a configuration says about uwsgi: where the key comes from, and ways to a node. */
#ifndef CONFIG_CONFIG_UWSGI_H
#define CONFIG_CONFIG_UWSGI_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_body.h"
#include "config/config_cache.h"
#include "config/config_script.h"

#define ROUTES_MAX 32	/* of a service */

/* Which modifiers a packet has that goes to a node. */
enum modifiers_choice { MODIFIERS_NODE, MODIFIERS_KEEP, MODIFIERS_INHERIT };
/* What clients are told by an HTTP response, and not only by the end of the connection. */
enum error_response { ERROR_RESPONSE_NO_ROUTE, ERROR_RESPONSE_ALL, ERROR_RESPONSE_OFF };

/* The rules of core/uwsgi_key.h. */
struct uwsgi_key_conf {
	uint64_t    given;
	bool        lowercase, strip_port, strip_dot;
	const char *variable, *force;	/* NULL: none */
	uint32_t    mountpoints;
};

/* Directives of services that carry uwsgi. */
struct uwsgi_conf {
	uint64_t              given;
	struct uwsgi_key_conf key;
	int                   modifiers;	/* enum modifiers_choice */
	int                   error_response;	/* enum error_response */
	struct body_conf      body;
	bool                  fd_passing;
	struct cache_server_conf cache_server;
	const char           *log_vars;		/* names separated by blanks; NULL: none */
};

/* `match` of a route. */
struct route_match_conf {
	uint64_t    given;
	const char *regex, *address;	/* NULL: not given */
	bool        ignore_case;
};

/* A route is used for every session, or for those that have failed at a node already. */
enum route_use { ROUTE_FOR_ALL, ROUTE_FOR_FAILED };

/* One of base, pattern, match, nodes, backends, subscriptions, cache and script.file is set. */
struct route_conf {
	uint64_t    given;
	const char *name;	/* NULL: called by its way */
	const char *base;	/* an absolute path that ends in a slash */
	const char *pattern;
	struct route_match_conf match;
	const char *nodes;	/* backends of the service whose `route` is this name */
	const char *backends;	/* those of the service with this name */
	const char *subscriptions;	/* who is subscribed to the server with this name */
	const char *cache;	/* the items of the cache with this name */
	const char *map;	/* NULL once it was read: a map is a cache */
	struct script_conf script;
	int         use;	/* enum route_use */
};

#endif
