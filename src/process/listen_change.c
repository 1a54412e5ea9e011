/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_change.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/log.h"
#include "os/listen_holder.h"
#include "os/listen_socket.h"
#include "process/change.h"
#include "process/listen_close.h"
#include "process/listen_fail.h"
#include "process/listen_group.h"
#include "process/listen_table.h"
#include "process/listen_wait.h"

#define WHY 512

static bool started;
static unsigned group, next_group;	/* of a kind without a fixed number: in force, proposed */

unsigned listen_change_group(const struct config *config)
{
	unsigned workers = config->settings->workers;

	return workers > group ? workers : group;
}

unsigned listen_change_sockets(const struct config *config, const struct process_kind *kind,
			       const struct addr *addr)
{
	if (listen_socket_shared(addr))
		return 1;
	return kind->slots != 0 ? kind_count(kind, config) : listen_change_group(config);
}

struct listen_proposal {
	const struct config       *config;
	const struct process_kind *kind;
	const struct node         *tree;
	struct conf_errors        *errors;
};

static struct listen_address *address_new(const struct addr *addr, unsigned count)
{
	struct arena *arena = arena_new();
	struct listen_address *a = arena_alloc(arena, sizeof(*a));

	a->arena = arena;
	a->addr = *addr;
	a->shared = listen_socket_shared(addr);
	a->count = a->room = a->next_count = count;
	a->fds = arena_alloc(arena, a->count * sizeof(int));
	a->state = LISTEN_PROPOSED;
	return a;
}

static struct unix_owner owner_of(const struct listen_conf *conf)
{
	return (struct unix_owner){ .mode = conf->mode, .user = conf->user,
				    .group = conf->group };
}

static struct listen_address *bind_new(const struct listen_conf *conf, unsigned count, char *why)
{
	struct listen_address *a = address_new(&conf->addr, count);
	struct unix_owner owner = owner_of(conf);

	if (!listen_socket_bind(&a->addr, &owner, listen_table_overlaps, a->fds, a->count, why,
				WHY)) {
		arena_free(a->arena);
		return NULL;
	}
	a->path = listen_path_note(&a->addr);
	listen_table_add(a);
	return a;
}

static struct listen_address *propose_one(const struct listen_proposal *p,
					  const struct kind_listener *l, char *why)
{
	const struct addr *addr = &l->conf->addr;
	unsigned count = listen_change_sockets(p->config, p->kind, addr);
	struct listen_address *a = listen_table_at(addr);
	char text[ADDR_TEXT];

	if (a == NULL)
		return bind_new(l->conf, count, why);
	if (a->state == LISTEN_CLOSING)
		listen_close_cancel(a);	/* now: it could be shut before the change is decided */
	if (a->next.conf == NULL)
		return listen_group_grow(a, count, why, WHY) ? a : NULL;
	addr_print(addr, text, sizeof(text));
	snprintf(why, WHY, "bind %s: it is an address of %s too", text, a->next_kind->name);
	return NULL;
}

static void propose(const struct kind_listener *l, void *arg)
{
	const struct listen_proposal *p = arg;
	char why[WHY];
	struct listen_address *a = propose_one(p, l, why);

	if (a == NULL) {
		if (!listen_wait_add(l, started, why))
			listen_fail(p->errors, p->tree, p->kind, l, why);
		return;
	}
	a->next_kind = p->kind;
	a->next = *l;
}

static void tune(struct listen_address *a)
{
	listen_socket_tune(&a->addr, a->fds, a->count, a->next.nodelay);
}

/* All are bound before the first one listens: what fails, fails before a client can come. */
static void listen_new(const struct listen_proposal *p)
{
	struct listen_address *a;
	char why[WHY];

	for (LISTEN_TABLE_EACH(a)) {
		if (a->state != LISTEN_PROPOSED)
			continue;
		tune(a);
		if (!listen_socket_listen(&a->addr, a->fds, a->count, a->next.conf->backlog, why,
					  sizeof(why)))
			listen_fail(p->errors, p->tree, a->next_kind, &a->next, why);
	}
}

bool listen_change_propose(const struct config *config, const struct node *tree,
			   struct conf_errors *errors)
{
	struct listen_proposal p = { .config = config, .tree = tree, .errors = errors };
	unsigned before = errors->errors;

	listen_holder_reset(listen_table_is_own);
	listen_wait_for_all(config->settings->shuttle_state != NULL);
	next_group = listen_change_group(config);
	for (size_t i = 0; process_kinds[i] != NULL; i++) {
		p.kind = process_kinds[i];
		if (p.kind->listens != NULL)
			p.kind->listens(config, propose, &p);
	}
	if (errors->errors == before)
		listen_new(&p);
	if (errors->errors == before)
		return true;
	listen_change_withdraw();
	return false;
}

void listen_change_withdraw(void)
{
	for (struct listen_address *a = listen_table_next(NULL), *next; a != NULL; a = next) {
		next = listen_table_next(a);
		a->next.conf = NULL;
		listen_group_withdraw(a);
		if (a->state == LISTEN_PROPOSED) {
			listen_table_unlink(a);
			/* a child that is silent keeps its copies, perhaps for long */
			listen_socket_shut(&a->addr, a->fds, a->count);
			listen_table_remove(a);
		} else if (a->state == LISTEN_RESUMED) {
			listen_close_start(a);
		}
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
 * Before the old configuration goes: `use` is what the sockets have now. Without it, what the
 * sockets have is of a configuration that is gone.
 */
static void follow_settings(struct listen_address *a)
{
	const struct listen_conf *from = a->use.conf, *to = a->next.conf;
	char why[WHY];

	if ((from == NULL || from->backlog != to->backlog) &&
	    !listen_socket_listen(&a->addr, a->fds, a->count, to->backlog, why, sizeof(why)))
		log_write(LEVEL_ERROR, "%s", why);
	if (a->addr.kind == ADDR_UNIX && (from == NULL || !same_owner(from, to))) {
		struct unix_owner owner = owner_of(to);

		owner.no_user = from != NULL && from->user != NULL;
		owner.no_group = from != NULL && from->group != NULL;
		if (!listen_path_own(&a->addr, &owner, why, sizeof(why)))
			log_write(LEVEL_ERROR, "%s", why);
	}
	if (from == NULL || a->use.nodelay != a->next.nodelay)
		tune(a);
}

/* Those of the start go without a line: the log is not open yet. */
static void log_added(const struct listen_address *a)
{
	static const struct log_subject address_added = { .event = "address_added" };
	char text[ADDR_TEXT];

	if (!started)
		return;
	log_about(LEVEL_INFO, &address_added, "%s: listening",
		  addr_print(&a->addr, text, sizeof(text)));
}

static struct handle owner_handle(const struct kind_listener *l)
{
	return l->owner != NULL ? l->owner->handle : (struct handle){ .index = HANDLE_NONE };
}

static void accept_one(struct listen_address *a)
{
	CHECK(a->state != LISTEN_CLOSING);
	listen_wait_bound(&a->addr);
	if (a->state != LISTEN_OPEN)
		log_added(a);
	a->count = a->next_count;
	if (a->state != LISTEN_PROPOSED)
		follow_settings(a);
	a->state = LISTEN_OPEN;
	a->incomplete = false;
	a->service = owner_handle(&a->next);
	a->kind = a->next_kind;
	listen_table_set_use(a, &a->next);
	a->next.conf = NULL;
}

void listen_change_accept(void)
{
	struct listen_address *a;

	group = next_group;
	for (LISTEN_TABLE_EACH(a)) {
		if (a->next.conf != NULL)
			accept_one(a);
		else if (a->state == LISTEN_OPEN)
			listen_close_start(a);
	}
	started = true;
}

void listen_change_listen(void)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (a->next.conf != NULL)
			listen_group_listen(a);
	}
}

void listen_change_announce(void (*send)(const struct change_op *op))
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		struct change_op op = { .verb = CHANGE_PUT };
		bool moves = a->kind != a->next_kind;	/* to a kind that has no copies */
		bool whole = a->state == LISTEN_PROPOSED || a->incomplete || moves;

		if (a->next.conf == NULL)
			continue;
		op.parent = owner_handle(&a->next);
		if (a->state == LISTEN_OPEN && !moves && handle_equal(a->service, op.parent) &&
		    a->next_count == a->count)
			continue;
		op.address = listen_group_sockets(a, whole);
		send(&op);
	}
}
