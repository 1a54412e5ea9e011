/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/datagram_part.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_fanout.h"
#include "core/log.h"
#include "process/change.h"
#include "udp/datagram_listener.h"
#include "udp/datagram_receivers.h"
#include "udp/fanout_totals.h"
#include "udp/resolver_report.h"

#define SECOND_MS 1000

struct datagram_op {
	struct list      link;
	struct change_op op;
	const struct datagram_receiver_kind *kind;	/* NULL: an address */
	char            *path;
	struct datagram_listener *built;	/* for an address with sockets */
};

static struct list listeners;
static struct list prepared;
static struct timer second;	/* runs while there are any receivers */

static struct datagram_listener *listener_at(const struct list *node)
{
	return node != &listeners ? container_of(node, struct datagram_listener, link) : NULL;
}

#define FOR_LISTENERS(l) \
	for (struct datagram_listener *l = listener_at(listeners.next); l != NULL; \
	     l = listener_at(l->link.next))

void datagram_part_count(void)
{
	FOR_LISTENERS(l)
		datagram_listener_count(l);
}

struct datagram_addresses {
	kind_listen *listen;
	void        *arg;
};

static void on_object(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct datagram_addresses *to = arg;

	(void)path;
	if (object->kind->listens && datagram_receivers_kind(object->kind) != NULL)
		to->listen(&(struct kind_listener){ .conf = object->conf, .owner = parent,
						    .listener = object },
			   to->arg);
}

void datagram_part_configured(const struct config *config, kind_listen *listen, void *arg)
{
	struct datagram_addresses to = { listen, arg };

	config_each(config, "", on_object, &to);
}

static void note_spoofing(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct datagram_receiver_kind *kind = datagram_receivers_kind(object->kind);

	(void)parent;
	(void)path;
	if (kind != NULL && kind->object == object->kind && kind->spoofs != NULL)
		*(bool *)arg |= kind->spoofs(object);
}

bool datagram_part_spoofs(const struct config *config)
{
	bool spoofs = false;

	config_each(config, "", note_spoofing, &spoofs);
	return spoofs;
}

static bool takes(const struct object_kind *kind)
{
	return datagram_receivers_kind(kind) != NULL;
}

static struct datagram_op *keep(const struct change_op *op)
{
	struct datagram_op *p = calloc(1, sizeof(*p));

	CHECK(p != NULL);
	p->op = *op;
	list_append(&prepared, &p->link);
	return p;
}

static bool prepare(const struct change_op *op, char *why)
{
	const struct datagram_receiver_kind *kind = datagram_receivers_kind(op->kind);
	const size_t size = strlen(op->path) + 1;
	struct datagram_op *p;

	if (op->object != NULL && op->kind == kind->object && kind->check != NULL &&
	    !kind->check(op->object, why))
		return false;
	p = keep(op);
	p->kind = kind;
	p->path = malloc(size);
	CHECK(p->path != NULL);
	memcpy(p->path, op->path, size);
	if (op->object != NULL)
		object_hold(op->object);
	return true;
}

static bool prepare_address(const struct change_op *op)
{
	struct datagram_op *p;

	if (!op->address.addr.datagram || op->address.count == 0)
		return false;
	p = keep(op);
	p->built = datagram_listener_new(&op->address);
	return true;
}

static void forget(struct datagram_op *p)
{
	list_unlink(&p->link);
	object_release(p->op.object);
	if (p->built != NULL)
		datagram_listener_free(p->built);
	free(p->path);
	free(p);
}

static void abort_change(void)
{
	while (!list_empty(&prepared))
		forget(container_of(prepared.next, struct datagram_op, link));
}

/* "fanouts/announce" of "fanouts/announce/targets/10.0.0.1:1": the path of the receiver */
static struct slice receiver_in(const struct datagram_op *p)
{
	size_t name = strlen(p->kind->object->section) + 1;

	return (struct slice){ p->path, name + strcspn(p->path + name, "/") };
}

/* "10.0.0.1:1" of the same */
static struct slice child_in(const struct datagram_op *p)
{
	return slice_of(p->path + receiver_in(p).len + strlen(p->op.kind->section) + 2);
}

static bool is_receiver(const struct datagram_op *p)
{
	return p->kind != NULL && p->op.kind == p->kind->object;
}

static void put_receiver(struct datagram_op *p, struct datagram_receiver *r)
{
	if (r == NULL)
		r = datagram_receivers_add(p->kind, p->path);
	r->kind->set_object(r, p->op.object);
	p->op.object = NULL;
}

static void apply_object(struct datagram_op *p)
{
	struct datagram_receiver *r = datagram_receivers_find(receiver_in(p));
	bool put = p->op.verb == CHANGE_PUT;

	if (is_receiver(p) && put) {
		put_receiver(p, r);
	} else if (!is_receiver(p) && r != NULL) {
		if (put)
			datagram_receiver_put_child(r, p->op.object);
		else
			datagram_receiver_delete_child(r, p->op.kind, child_in(p));
		p->op.object = NULL;
	}
}

static struct datagram_listener *find_listener(uint32_t id)
{
	FOR_LISTENERS(l) {
		if (l->id == id)
			return l;
	}
	return NULL;
}

/* Sockets of another kind of process, or of an address that is here already, are not needed. */
static void apply_address(struct datagram_op *p)
{
	if (p->built == NULL || find_listener(p->op.address.id) != NULL)
		return;
	list_append(&listeners, &p->built->link);
	p->built = NULL;
}

/* What waits in the sockets of a receiver that is removed is its own still. */
static void remove_deleted(void)
{
	for (struct list *node = prepared.next; node != &prepared; node = node->next) {
		const struct datagram_op *p = container_of(node, struct datagram_op, link);
		struct datagram_receiver *r;

		if (!is_receiver(p) || p->op.verb != CHANGE_DELETE)
			continue;
		r = datagram_receivers_find(receiver_in(p));
		if (r != NULL)
			datagram_receivers_remove(r);
	}
}

static void assign(struct datagram_listener *l)
{
	struct datagram_receiver *r = NULL;
	char text[ADDR_TEXT];

	addr_print(&l->addr, text, sizeof(text));
	while ((r = datagram_receivers_next(NULL, r)) != NULL) {
		const struct object *object = map_get(&r->listens, slice_of(text));

		if (object != NULL) {
			const struct datagram_listen_conf *conf = object->conf;

			datagram_listener_use(l, r, conf->interface);
			return;
		}
	}
}

static bool any(void)
{
	return datagram_receivers_next(NULL, NULL) != NULL;
}

/* First what is removed: one change may remove a receiver and make another one of its name. */
static void commit(uint64_t serial, const char *by)
{
	struct datagram_receiver *r = NULL;

	(void)serial;
	(void)by;
	remove_deleted();
	for (struct list *node = prepared.next; node != &prepared; node = node->next) {
		struct datagram_op *p = container_of(node, struct datagram_op, link);

		if (p->kind == NULL)
			apply_address(p);
		else
			apply_object(p);
	}
	if (list_empty(&prepared))
		return;
	abort_change();	/* frees the list; what is in use has left it */
	while ((r = datagram_receivers_next(NULL, r)) != NULL)
		r->kind->update(r);
	FOR_LISTENERS(l)
		assign(l);
	if (any() && !timer_pending(&second))
		timer_set(&second, SECOND_MS);
	datagram_receivers_give_left();
	resolver_report_changed();
}

static void accept_waiting(uint32_t address)
{
	struct datagram_listener *l = find_listener(address);

	if (l != NULL)
		datagram_listener_drain(l);
}

static bool is_last_of(const struct datagram_listener *last, const struct datagram_receiver *r)
{
	FOR_LISTENERS(l) {
		if (l != last && l->receiver == r)
			return false;
	}
	return true;
}

static void close_address(uint32_t address)
{
	struct datagram_listener *l = find_listener(address);
	struct datagram_receiver *r = l != NULL ? l->receiver : NULL;

	if (l == NULL)
		return;
	if (r != NULL && r->kind->deaf != NULL && is_last_of(l, r))
		r->kind->deaf(r);
	datagram_listener_close(l);
}

static void stop(void)
{
	FOR_LISTENERS(l)
		datagram_listener_drain(l);
	datagram_receivers_flush();
}

static bool drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	stop();
	return true;
}

static void on_second(struct timer *t)
{
	FOR_LISTENERS(l)
		datagram_listener_join_again(l);
	datagram_part_count();
	datagram_receivers_give_left();
	datagram_receivers_second();
	if (any())
		timer_set(t, SECOND_MS);
}

static bool open_all(void)
{
	datagram_receivers_open();
	list_init(&listeners);
	list_init(&prepared);
	timer_setup(&second, on_second);
	return fanout_totals_open();
}

static void close_all(void)
{
	timer_cancel(&second);
	abort_change();
	while (!list_empty(&listeners))
		datagram_listener_free(listener_at(listeners.next));
	datagram_receivers_close();
}

const struct resolver_part datagram_part = {
	.name = "datagrams",
	.open = open_all,
	.close = close_all,
	.takes = takes,
	.prepare = prepare,
	.commit = commit,
	.abort = abort_change,
	.prepare_address = prepare_address,
	.accept_waiting = accept_waiting,
	.close_address = close_address,
	.drain = drain,
	.stop = stop,
};
