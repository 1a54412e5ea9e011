/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What can only be seen with the whole configuration at hand: addresses that
 * two services want, room for what is there, settings that are allowed and
 * hardly meant.
 */
#include <stdlib.h>
#include <string.h>

#include "config/config_members.h"
#include "config/config_parts.h"
#include "config/config_rows.h"
#include "config/config_uwsgi.h"
#include "core/arena.h"

struct claim {
	const struct item *listener;
	const struct addr *addr;
	size_t order; /* in the file */
};

struct claims {
	struct claim *list;
	size_t count;
};

/* Addresses that could meet stand side by side: the same kind without port, or the same port. */
static int by_port(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int x = addr_port(a->addr), y = addr_port(b->addr);

	if (x != y)
		return x - y;
	return a->order < b->order ? -1 : 1;
}

static void report_claim(const struct claim *c, const struct claim *before,
		       const struct conf_place *top)
{
	const struct item *service = c->listener->parent, *other = before->listener->parent;
	struct conf_place services = conf_place_key(top, service->kind->section);
	struct conf_place own = conf_place_key(&services, service->name);
	struct conf_place place = conf_place_key(&own, c->listener->kind->section);
	char mine[ADDR_TEXT], theirs[ADDR_TEXT];
	const struct node *node = c->listener->node, *at = before->listener->at;

	addr_print(c->addr, mine, sizeof(mine));
	addr_print(before->addr, theirs, sizeof(theirs));
	if (addr_equal(c->addr, before->addr))
		conf_report(&place, CONF_ERROR, node,
			    "%s is already the address of %s.%s (%s)", mine,
			    other->kind->section, other->name, conf_errors_where(top->arena, at));
	else
		conf_report(&place, CONF_ERROR, node,
			    "%s and %s cannot both be listened on: %s is the address of "
			    "%s.%s (%s)",
			    mine, theirs, theirs, other->kind->section, other->name,
			    conf_errors_where(top->arena, at));
}

static void collect(const struct item *item, const struct conf_place *place, void *arg)
{
	struct claims *claims = arg;

	(void)place;
	if (!item->kind->listens)
		return;
	claims->list[claims->count] =
		(struct claim){ item, &((const struct listen_conf *)item->conf)->addr,
				claims->count };
	claims->count++;
}

/* How many of the claims before `i` have to be looked at is bounded: one is told for each. */
static void check_claim(const struct claim *claims, size_t i, const struct conf_place *top)
{
	uint16_t port = addr_port(claims[i].addr);

	for (size_t j = i; j-- > 0 && addr_port(claims[j].addr) == port;) {
		if (addr_overlaps(claims[i].addr, claims[j].addr)) {
			report_claim(&claims[i], &claims[j], top);
			return;
		}
	}
}

static void check_addresses(const struct config_file *file, const struct conf_place *top)
{
	size_t count = item_count(file, &config_listener_kind) +
		item_count(file, &config_fastrouter_stats_kind) +
		item_count(file, &config_fanout_listener_kind) +
		item_count(file, &config_subscription_listener_kind);
	struct claims claims = { .list = arena_alloc(file->arena,
						     (count + 1) * sizeof(*claims.list)) };

	item_each(file->root, top, &(struct item_visit){ collect, &claims });
	if (count > 1)
		qsort(claims.list, count, sizeof(*claims.list), by_port);
	for (size_t i = 1; i < count; i++)
		check_claim(claims.list, i, top);
}

static void check_room(const struct config_file *file, const struct conf_place *top)
{
	const struct settings *s = file->settings;
	size_t services = item_count(file, &config_service_kind);
	size_t backends = item_count(file, &config_backend_kind);

	if (services > s->max_services)
		conf_report(top, CONF_ERROR, file->tree,
			    "%zu services are more than max_services: %u", services,
			    (unsigned)s->max_services);
	if (backends > s->max_backends)
		conf_report(top, CONF_ERROR, file->tree,
			    "%zu backends are more than max_backends: %u", backends,
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
		conf_report(&key, level, node, "without to, nothing is written; write to: PATH");
}

static const struct backend_conf *backend_of(const struct item *item)
{
	return item->conf;
}

static const struct service_conf *service_conf_of(const struct item *service)
{
	return service->conf;
}

static bool takes_sessions(const struct backend_conf *b)
{
	return b->weight > 0 && b->state == STATE_READY;
}

/* Each is allowed by itself; that none is left was seldom meant. */
static void check_any_usable(const struct item *service, const struct conf_place *place)
{
	const struct item *first = item_first(service, &config_backend_kind), *b = first;
	struct conf_place backends = conf_place_key(place, config_backend_kind.section);
	bool waits = service_conf_of(service)->when_empty == WHEN_EMPTY_WAIT;

	while (b != NULL && !takes_sessions(backend_of(b)))
		b = item_next(b);
	if (first != NULL && b == NULL && item_first(service, &config_route_kind) == NULL)
		conf_report(&backends, CONF_WARNING, node_get(service->node, "backends"),
			    "each has weight 0 or a state other than ready: %s",
			    waits ? "no client is accepted" : "every client is turned away");
}

/* A client that is closed goes on to another address. What fd:N is, nobody knows. */
static void check_waits(const struct item *service, const struct conf_place *place)
{
	const struct item *l = item_first(service, &config_listener_kind);
	const struct node *word = node_get(service->node, "when_empty");
	const struct node *node = word != NULL ? word : node_get(service->node, "cheap");
	struct conf_place key = conf_place_key(place, "when_empty");
	char printed[ADDR_TEXT];

	if (service_conf_of(service)->when_empty != WHEN_EMPTY_WAIT)
		return;
	for (; l != NULL; l = item_next(l)) {
		const struct addr *listen = &((const struct listen_conf *)l->conf)->addr;

		if (listen->kind == ADDR_FD || config_admin_is_local(listen))
			continue;
		conf_report(&key, CONF_WARNING, node != NULL ? node : service->node,
			    "clients of other machines reach %s: while no backend is usable they "
			    "hang there, instead of going on to another address; close and reset "
			    "tell them", addr_print(listen, printed, sizeof(printed)));
		return;
	}
}

/* The port that the client used is asked of the listener; one without ports has none. */
static void check_client_port(const struct item *backend, const struct conf_place *place)
{
	const struct item *l = item_first(backend->parent, &config_listener_kind);
	char printed[ADDR_TEXT];

	for (; l != NULL && backend_of(backend)->addr.client_port; l = item_next(l)) {
		const struct addr *listen = &((const struct listen_conf *)l->conf)->addr;

		if (listen->kind != ADDR_UNIX && listen->kind != ADDR_ABSTRACT)
			continue;
		conf_report(place, CONF_ERROR, backend->node,
			    "port * is the one that the client used, and clients of %s use none",
			    addr_print(listen, printed, sizeof(printed)));
		return;
	}
}

#define MYSQL_PORT 3306

/* One that answers again and again to nobody locks the whole host out, and each check passes. */
static void check_mysql(const struct item *service, const struct conf_place *place)
{
	const struct service_conf *conf = service->conf;
	const struct node *node = node_get(service->node, "check");
	struct conf_place key = conf_place_key(place, "check");
	const struct item *i = item_first(service, &config_backend_kind);

	if (!conf->check.on || !config_checks.connects_only(conf->check.type))
		return;
	for (; i != NULL; i = item_next(i)) {
		const struct backend_conf *b = backend_of(i);
		const struct addr *checked = b->check_addr.kind != ADDR_NONE ? &b->check_addr
									     : &b->addr;

		if (addr_port(checked) != MYSQL_PORT)
			continue;
		conf_report(&key, CONF_WARNING, node != NULL ? node : service->node,
			    "MySQL counts each tcp check of port 3306 as a failed handshake and "
			    "blocks this host after 100 (max_connect_errors); write passive: on "
			    "instead, or check another port of the backends");
		return;
	}
}

/* What the kind of its checks has against its directives, each of which is right by itself. */
static void check_checks(const struct item *service, const struct conf_place *place)
{
	const struct service_conf *conf = service->conf;
	const struct node *node = node_get(service->node, "check");
	struct conf_place key = conf_place_key(place, "check");
	const char *why;

	why = conf->check.on ? config_checks.problem(conf->check.type, conf->check.own) : NULL;
	if (why != NULL)
		conf_report(&key, CONF_ERROR, node != NULL ? node : service->node, "%s", why);
}

/* Only uwsgi has keys. */
static void check_uwsgi(const struct item *service, const struct conf_place *place)
{
	const struct service_conf *conf = service->conf;
	const struct uwsgi_conf *own = (const void *)conf->own;
	const struct item *route = item_first(service, &config_route_kind);

	if (!config_protocols.uwsgi(conf->protocol)) {
		if (route != NULL)
			conf_report(place, CONF_ERROR, node_get(service->node, "routes"),
				    "routes are for protocol: uwsgi");
		if (item_first(service, &config_fastrouter_stats_kind) != NULL)
			conf_report(place, CONF_ERROR, node_get(service->node, "fastrouter_stats"),
				    "fastrouter_stats is for protocol: uwsgi");
		return;
	}
	if (own->fd_passing && own->body.on)
		conf_report(place, CONF_ERROR, service->node,
			    "fd_passing and post_buffering cannot stand together: a node that gets "
			    "the client reads the body from it");
}

void config_check_service(const struct config_file *file, const struct item *service,
			  const struct conf_place *place)
{
	const struct service_conf *conf = service->conf;

	(void)file;
	check_access_log(&conf->access_log, node_get(service->node, "access_log"), CONF_ERROR,
			 place);
	if (config_balancers.prefers_first(conf->balance) && !conf->check.on &&
	    !conf->passive.on)
		conf_report(place, CONF_WARNING, service->node,
			    "balance first without passive or check: each client tries a dead "
			    "backend again");
	check_uwsgi(service, place);
	check_checks(service, place);
	check_mysql(service, place);
	check_any_usable(service, place);
	check_waits(service, place);
}

static bool same_place(const struct backend_conf *a, const struct backend_conf *b)
{
	if (a->host != NULL || b->host != NULL)
		return a->host != NULL && b->host != NULL && strcmp(a->host, b->host) == 0;
	return addr_equal(&a->addr, &b->addr);
}

/* The addresses of a name are called so: see config_members.h. */
static void check_member_name(const struct item *backend, const struct conf_place *place)
{
	const struct item *group = item_first(backend->parent, backend->kind);

	if (strchr(backend->name, '@') == NULL)
		return;
	for (; group != NULL; group = item_next(group)) {
		if (!config_members_is_group(backend_of(group)) ||
		    !config_members_named(group->name, backend->name))
			continue;
		conf_report(place, CONF_ERROR, backend->node,
			    "%s is a name, and %s@... are its addresses; call this one otherwise",
			    group->name, group->name);
		return;
	}
}

static void check_modifiers(const struct item *backend, const struct conf_place *place)
{
	const struct service_conf *service = backend->parent->conf;

	if (config_protocols.uwsgi(service->protocol))
		return;
	if (backend_of(backend)->modifier1 != 0 || backend_of(backend)->modifier2 != 0)
		conf_report(place, CONF_ERROR, backend->node,
			    "modifier1 and modifier2 are for protocol: uwsgi");
}

#define COMPARED_MAX 1024 /* backends of a service, each with each */

void config_check_backend(const struct config_file *file, const struct item *backend,
			  const struct conf_place *place)
{
	const struct item *other = item_first(backend->parent, backend->kind);

	(void)file;
	check_client_port(backend, place);
	check_member_name(backend, place);
	check_modifiers(backend, place);
	if (backend->order >= COMPARED_MAX)
		return;
	while (other != backend && !same_place(backend_of(other), backend_of(backend)))
		other = other->next;
	if (other != backend)
		conf_report(place, CONF_WARNING, backend->node,
			    "the same address as another backend of the service");
}

static void check_one(const struct item *item, const struct conf_place *place, void *arg)
{
	if (item->kind->check != NULL)
		item->kind->check(arg, item, place);
}

void config_check_whole(const struct config_file *file, const struct conf_place *top)
{
	check_room(file, top);
	check_addresses(file, top);
}

/* It is written with the state file, never alone. */
static void check_shuttle_state(const struct config_file *file, const struct conf_place *top)
{
	struct conf_place place = conf_place_key(top, "shuttle_state");

	if (file->settings->shuttle_state != NULL && file->settings->state == NULL)
		conf_report(&place, CONF_ERROR, node_get(file->tree, "shuttle_state"),
			    "needs a state file; write state: FILE");
}

void config_check(const struct config_file *file, const struct conf_place *top)
{
	struct conf_place defaults = conf_place_key(top, "defaults");

	check_shuttle_state(file, top);
	config_check_whole(file, top);
	config_check_admin(file, top);
	config_check_resolver(file, top);
	check_access_log(&file->settings->access_log, node_get(file->tree, "access_log"),
			 CONF_WARNING, top);
	if (file->defaults_node != NULL)
		check_access_log(&file->defaults->access_log,
				 node_get(file->defaults_node, "access_log"), CONF_WARNING,
				 &defaults);
	item_each(file->root, top, &(struct item_visit){ check_one, (void *)file });
}
