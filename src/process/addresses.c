/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/addresses.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/log.h"
#include "core/yaml.h"
#include "process/address_group.h"
#include "process/address_overlaps.h"
#include "process/cells.h"
#include "process/socket_owner.h"
#include "process/socket_path.h"
#include "process/sockets.h"

#define CHAINS 1024
#define WHY 512

static struct list all = { &all, &all };
static struct list chains[CHAINS];
static struct id_table by_id;
static uint32_t last_id;
static bool started;
static unsigned group, next_group;	/* sockets of an address: in force, proposed */
static void (*retire_one)(struct address *a), (*resume_one)(struct address *a);

void addresses_open(void (*retire)(struct address *a), void (*resume)(struct address *a))
{
	retire_one = retire;
	resume_one = resume;
}

struct list *addresses_all(void)
{
	return &all;
}

static struct address *first(void)
{
	return container_of(all.next, struct address, link);
}

static struct address *after(struct address *a)
{
	return container_of(a->link.next, struct address, link);
}

static struct list *chain_of(const struct addr *addr)
{
	uint32_t hash = 2166136261u;
	char text[ADDR_TEXT];

	addr_print(addr, text, sizeof(text));
	for (const char *c = text; *c != '\0'; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	if (chains[hash % CHAINS].next == NULL)
		list_init(&chains[hash % CHAINS]);
	return &chains[hash % CHAINS];
}

/*
 * What retires may come back. A unix socket may not: its path is removed by then. Nor may one
 * whose path somebody else has removed.
 */
static bool is_reachable(const struct address *a)
{
	if (a->state == ADDRESS_RETIRING)
		return a->addr.kind != ADDR_UNIX;
	return a->state != ADDRESS_SHUT && !socket_path_lost(&a->addr, &a->path);
}

static struct address *find(const struct addr *addr)
{
	struct list *chain = chain_of(addr);

	for (struct list *node = chain->next; node != chain; node = node->next) {
		struct address *a = container_of(node, struct address, chain);

		if (addr_equal(&a->addr, addr) && is_reachable(a))
			return a;
	}
	return NULL;
}

bool addresses_reachable(const struct addr *addr)
{
	return find(addr) != NULL;
}

bool addresses_lost(const struct addr *addr)
{
	struct list *chain = chain_of(addr);

	for (struct list *node = chain->next; node != chain; node = node->next) {
		struct address *a = container_of(node, struct address, chain);

		if (a->state == ADDRESS_OPEN && addr_equal(&a->addr, addr) && !is_reachable(a))
			return true;
	}
	return false;
}

struct address *addresses_find(uint32_t id)
{
	struct id_link *link = id_table_find(&by_id, id);

	return link != NULL ? container_of(link, struct address, by_id) : NULL;
}

void addresses_add(struct address *a)
{
	a->id = ++last_id;
	id_table_add(&by_id, &a->by_id, a->id);
	list_append(&all, &a->link);
	list_append(chain_of(&a->addr), &a->chain);
}

size_t addresses_fds(void)
{
	size_t n = 0;

	for (struct address *a = first(); &a->link != &all; a = after(a))
		n += a->count;
	return n;
}

unsigned addresses_group(const struct config *config)
{
	unsigned workers = config->settings.workers;

	return workers > group ? workers : group;
}

static struct address *address_new(const struct addr *addr)
{
	struct arena *arena = arena_new();
	struct address *a = arena_alloc(arena, sizeof(*a));

	a->arena = arena;
	a->addr = *addr;
	a->shared = sockets_shared(addr);
	a->count = a->room = a->next_count = a->shared ? 1 : next_group;
	a->fds = arena_alloc(arena, a->count * sizeof(int));
	a->state = ADDRESS_PROPOSED;
	return a;
}

static struct unix_owner owner_of(const struct listen_conf *conf)
{
	return (struct unix_owner){ conf->mode, conf->user, conf->group };
}

static void told(struct conf_errors *errors, const struct service_conf *service,
		 const struct listen_conf *conf, const char *why)
{
	struct node place = { .file = conf->file, .line = conf->line, .column = conf->column };
	char path[128];

	snprintf(path, sizeof(path), "services.%s.listen", service->name);
	conf_fail(errors, CONF_ERROR, conf->file != NULL ? &place : NULL, path, "%s", why);
}

static struct address *bind_new(const struct listen_conf *conf, char *why)
{
	struct address *a = address_new(&conf->addr);
	struct unix_owner owner = owner_of(conf);

	if (!sockets_bind(&a->addr, &owner, address_overlaps_own, a->fds, a->count, why, WHY)) {
		arena_free(a->arena);
		return NULL;
	}
	a->path = socket_path_note(&a->addr);
	addresses_add(a);
	return a;
}

static void propose_one(const struct service_conf *service, struct handle handle,
			const struct listen_conf *conf, struct conf_errors *errors)
{
	struct address *a = find(&conf->addr);
	char why[WHY];

	if (a == NULL)
		a = bind_new(conf, why);
	if (a == NULL) {
		told(errors, service, conf, why);
		return;
	}
	if (a->state == ADDRESS_RETIRING)
		resume_one(a);	/* now: it could be shut before the change is decided */
	if (!address_group_grow(a, next_group, why, sizeof(why))) {
		told(errors, service, conf, why);
		return;
	}
	a->next_conf = conf;
	a->next_owner = service;
	a->next_service = handle;
}

static void tune(struct address *a)
{
	sockets_tune(&a->addr, a->fds, a->count, a->next_owner->nodelay);
}

/* All are bound before the first one listens: what fails, fails before a client can come. */
static void listen_new(struct conf_errors *errors)
{
	char why[WHY];

	for (struct address *a = first(); &a->link != &all; a = after(a)) {
		if (a->state != ADDRESS_PROPOSED)
			continue;
		tune(a);
		if (!sockets_listen(&a->addr, a->fds, a->count, a->next_conf->backlog, why,
				    sizeof(why)))
			told(errors, a->next_owner, a->next_conf, why);
	}
}

bool addresses_propose(const struct config *config, const struct cells *cells,
		       struct conf_errors *errors)
{
	unsigned before = errors->errors;

	socket_owner_reset(address_is_own);
	next_group = addresses_group(config);
	for (size_t i = 0; i < config->count; i++) {
		const struct service_conf *service = &config->services[i].conf;

		for (size_t k = 0; k < service->listens; k++)
			propose_one(service, cells->services[i], &service->listen[k], errors);
	}
	if (errors->errors == before)
		listen_new(errors);
	if (errors->errors == before)
		return true;
	addresses_withdraw();
	return false;
}

void addresses_withdraw(void)
{
	struct address *a = first();

	while (&a->link != &all) {
		struct address *next = after(a);

		a->next_conf = NULL;
		address_group_withdraw(a);
		if (a->state == ADDRESS_PROPOSED) {
			address_unlink(a);
			/* a child that is silent keeps its copies, perhaps for long */
			sockets_shut(&a->addr, a->fds, a->count);
			address_close(a);
		} else if (a->state == ADDRESS_RESUMED) {
			retire_one(a);
		}
		a = next;
	}
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_owner(const struct listen_conf *from, const struct listen_conf *to)
{
	return from->mode == to->mode && same_text(from->user, to->user) &&
	       same_text(from->group, to->group);
}

/*
 * Before the old configuration goes: `conf` and `owner` are what the sockets have now.
 * Without them, what the sockets have is of a configuration that is gone.
 */
static void follow_settings(struct address *a)
{
	const struct listen_conf *from = a->conf, *to = a->next_conf;
	char why[WHY];

	if ((from == NULL || from->backlog != to->backlog) &&
	    !sockets_listen(&a->addr, a->fds, a->count, to->backlog, why, sizeof(why)))
		log_write(LEVEL_ERROR, "%s", why);
	if (a->addr.kind == ADDR_UNIX && (from == NULL || !same_owner(from, to))) {
		struct unix_owner owner = owner_of(to);

		if (!socket_path_own(&a->addr, &owner, why, sizeof(why)))
			log_write(LEVEL_ERROR, "%s", why);
	}
	if (a->owner == NULL || a->owner->nodelay != a->next_owner->nodelay)
		tune(a);
}

/* Those of the start go without a line: the log is not open yet. */
static void tell_added(const struct address *a)
{
	static const struct log_subject address_added = { .event = "address_added" };
	char text[ADDR_TEXT];

	if (!started)
		return;
	log_about(LEVEL_INFO, &address_added, "%s: listening",
		  addr_print(&a->addr, text, sizeof(text)));
}

static void accept_one(struct address *a)
{
	CHECK(a->state != ADDRESS_RETIRING && a->state != ADDRESS_SHUT);
	if (a->state != ADDRESS_OPEN)
		tell_added(a);
	a->count = a->next_count;
	if (a->state != ADDRESS_PROPOSED)
		follow_settings(a);
	a->state = ADDRESS_OPEN;
	a->incomplete = false;
	a->conf = a->next_conf;
	a->owner = a->next_owner;
	a->service = a->next_service;
	a->next_conf = NULL;
}

void addresses_accept(void)
{
	struct address *a = first();

	group = next_group;
	while (&a->link != &all) {
		struct address *next = after(a);

		if (a->next_conf != NULL)
			accept_one(a);
		else if (a->state == ADDRESS_OPEN)
			retire_one(a);
		a = next;
	}
	started = true;
}

void addresses_listen_grown(void)
{
	for (struct address *a = first(); &a->link != &all; a = after(a)) {
		if (a->next_conf != NULL)
			address_group_listen(a);
	}
}

void addresses_announce(void (*tell)(const struct change_op *op))
{
	for (struct address *a = first(); &a->link != &all; a = after(a)) {
		struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_ADDRESS };
		bool whole = a->state == ADDRESS_PROPOSED || a->incomplete;

		if (a->next_conf == NULL)
			continue;
		if (a->state == ADDRESS_OPEN && handle_equal(a->service, a->next_service) &&
		    a->next_count == a->count)
			continue;
		op.service = a->next_service;
		op.address = address_group_sockets(a, whole);
		tell(&op);
	}
}

void address_unlink(struct address *a)
{
	socket_path_remove(&a->addr, &a->path);
}

void address_close(struct address *a)
{
	timer_cancel(&a->timer);	/* a stop may come while it is being given up */
	for (unsigned i = 0; i < a->count; i++)
		close(a->fds[i]);
	list_unlink(&a->link);
	list_unlink(&a->chain);
	id_table_remove(&a->by_id);
	arena_free(a->arena);
}

void addresses_close_copies(void)
{
	while (!list_empty(&all))
		address_close(first());
}

void addresses_forked(void)
{
	for (struct address *a = first(); &a->link != &all; a = after(a)) {
		if (a->state != ADDRESS_OPEN)
			a->incomplete = true;
	}
}
