/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can only be seen with the whole configuration at hand: addresses that
 * two services want, room for what is there, settings that are allowed and
 * hardly meant.
 */
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/config_parts.h"

struct claim {
	const struct service_conf *service;
	const struct listen_conf *listen;
	size_t order; /* in the file */
};

/* Addresses that could meet stand side by side: the same kind without port, or the same port. */
static int by_port(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int x = addr_port(&a->listen->addr), y = addr_port(&b->listen->addr);

	if (x != y)
		return x - y;
	return a->order < b->order ? -1 : 1;
}

static void tell_claim(const struct claim *c, const struct claim *before,
		       const struct conf_place *top)
{
	struct conf_place services = conf_place_key(top, "services");
	struct conf_place service = conf_place_key(&services, c->service->name);
	struct conf_place place = conf_place_key(&service, "listen");
	char mine[ADDR_TEXT], theirs[ADDR_TEXT];
	const struct node *node = c->listen->node;

	addr_print(&c->listen->addr, mine, sizeof(mine));
	addr_print(&before->listen->addr, theirs, sizeof(theirs));
	if (addr_equal(&c->listen->addr, &before->listen->addr))
		conf_tell(&place, CONF_ERROR, node,
			  "%s is already the address of services.%s (%s:%u)", mine,
			  before->service->name, before->listen->file, before->listen->line);
	else
		conf_tell(&place, CONF_ERROR, node,
			  "%s and %s cannot both be listened on: %s is the address of services.%s "
			  "(%s:%u)",
			  mine, theirs, theirs, before->service->name, before->listen->file,
			  before->listen->line);
}

static size_t collect(const struct config *config, struct claim *claims)
{
	size_t n = 0;

	for (size_t i = 0; i < config->count; i++) {
		const struct service_conf *service = &config->services[i].conf;

		for (size_t j = 0; j < service->listens; j++, n++)
			if (claims != NULL)
				claims[n] = (struct claim){ service, &service->listen[j], n };
	}
	return n;
}

/* How many of the claims before `i` have to be looked at is bounded: one is told for each. */
static void check_claim(const struct claim *claims, size_t i, const struct conf_place *top)
{
	uint16_t port = addr_port(&claims[i].listen->addr);

	for (size_t j = i; j-- > 0 && addr_port(&claims[j].listen->addr) == port;) {
		if (addr_overlaps(&claims[i].listen->addr, &claims[j].listen->addr)) {
			tell_claim(&claims[i], &claims[j], top);
			return;
		}
	}
}

static void check_addresses(const struct config *config, const struct conf_place *top)
{
	size_t count = collect(config, NULL);
	struct claim *claims = arena_alloc(top->arena, (count + 1) * sizeof(*claims));

	collect(config, claims);
	if (count > 1)
		qsort(claims, count, sizeof(*claims), by_port);
	for (size_t i = 1; i < count; i++)
		check_claim(claims, i, top);
}

static void check_room(const struct config *config, const struct conf_place *top)
{
	const struct settings *s = &config->settings;

	if (config->count > s->max_services)
		conf_tell(top, CONF_ERROR, config->tree,
			  "%zu services are more than max_services: %u", config->count,
			  (unsigned)s->max_services);
	if (config->backends > s->max_backends)
		conf_tell(top, CONF_ERROR, config->tree,
			  "%zu backends are more than max_backends: %u", config->backends,
			  (unsigned)s->max_backends);
}

static bool given(const struct access_log_conf *log, const char *directive)
{
	return conf_given(log, &config_access_log_section,
			  conf_find(&config_access_log_section, directive));
}

/* A block that says how, and nowhere where to: nothing would be written. */
static void check_access_log(const struct access_log_conf *log, const struct node *node,
			     enum conf_level level, const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "access_log");

	if (node != NULL && node->kind == NODE_MAP && log->to.to == LOG_TO_NONE &&
	    !given(log, "to"))
		conf_tell(&key, level, node, "without to, nothing is written; write to: PATH");
}

static bool same_address_before(const struct service_entry *entry, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (addr_equal(&entry->backends[i].addr, &entry->backends[j].addr))
			return true;
	return false;
}

static bool takes_sessions(const struct backend_conf *b)
{
	return b->weight > 0 && b->state == STATE_READY;
}

/* Each is allowed by itself; that none is left was seldom meant. */
static void check_any_usable(const struct service_entry *entry, const struct conf_place *backends)
{
	size_t i = 0;

	while (i < entry->count && !takes_sessions(&entry->backends[i]))
		i++;
	if (entry->count > 0 && i == entry->count)
		conf_tell(backends, CONF_WARNING, node_get(entry->conf.node, "backends"),
			  "each has weight 0 or a state other than ready: every client is turned "
			  "away");
}

/* The port that the client used is asked of the listener; one without ports has none. */
static void check_client_port(const struct service_entry *entry, const struct backend_conf *b,
			      const struct conf_place *place)
{
	char printed[ADDR_TEXT];

	for (size_t i = 0; i < entry->conf.listens && b->addr.client_port; i++) {
		const struct addr *listen = &entry->conf.listen[i].addr;

		if (listen->kind != ADDR_UNIX && listen->kind != ADDR_ABSTRACT)
			continue;
		conf_tell(place, CONF_ERROR, b->node,
			  "port * is the one that the client used, and clients of %s use none",
			  addr_print(listen, printed, sizeof(printed)));
		return;
	}
}

#define MYSQL_PORT 3306

/* One that answers again and again to nobody locks the whole host out, and each check passes. */
static void check_mysql(const struct service_entry *entry, const struct conf_place *place)
{
	const struct node *node = node_get(entry->conf.node, "check");
	struct conf_place key = conf_place_key(place, "check");

	for (size_t i = 0; i < entry->count && entry->conf.check.type == CHECK_TCP; i++) {
		const struct backend_conf *b = &entry->backends[i];
		const struct addr *checked = b->check_addr.kind != ADDR_NONE ? &b->check_addr
									     : &b->addr;

		if (addr_port(checked) != MYSQL_PORT)
			continue;
		conf_tell(&key, CONF_WARNING, node != NULL ? node : entry->conf.node,
			  "MySQL counts each tcp check of port 3306 as a failed handshake and "
			  "blocks this host after 100 (max_connect_errors); write passive: on "
			  "instead, or check another port of the backends");
		return;
	}
}

#define COMPARED_MAX 1024 /* backends of a service, each with each */

static void check_service(const struct service_entry *entry, const struct conf_place *services)
{
	const struct service_conf *conf = &entry->conf;
	struct conf_place place = conf_place_key(services, conf->name);
	struct conf_place backends = conf_place_key(&place, "backends");

	check_access_log(&conf->access_log, node_get(conf->node, "access_log"), CONF_ERROR, &place);
	if (conf->balance == BALANCE_FIRST && conf->check.type == CHECK_NONE &&
	    !conf->passive.on)
		conf_tell(&place, CONF_WARNING, conf->node,
			  "balance first without passive or check: each client tries a dead "
			  "backend again");
	check_mysql(entry, &place);
	check_any_usable(entry, &backends);
	for (size_t i = 0; i < entry->count; i++) {
		struct conf_place key = conf_place_key(&backends, entry->backends[i].name);

		check_client_port(entry, &entry->backends[i], &key);
	}
	for (size_t i = 0; i < entry->count && i < COMPARED_MAX; i++) {
		struct conf_place key = conf_place_key(&backends, entry->backends[i].name);

		if (same_address_before(entry, i))
			conf_tell(&key, CONF_WARNING, entry->backends[i].node,
				  "the same address as another backend of the service");
	}
}

void config_check(const struct config *config, const struct conf_place *top)
{
	struct conf_place services = conf_place_key(top, "services");
	struct conf_place defaults = conf_place_key(top, "defaults");

	check_room(config, top);
	check_addresses(config, top);
	check_access_log(&config->settings.access_log, node_get(config->tree, "access_log"),
			 CONF_WARNING, top);
	if (config->defaults.node != NULL)
		check_access_log(&config->defaults.access_log,
				 node_get(config->defaults.node, "access_log"), CONF_WARNING,
				 &defaults);
	for (size_t i = 0; i < config->count; i++)
		check_service(&config->services[i], &services);
}
