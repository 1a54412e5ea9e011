/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanouts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_types.h"
#include "core/capability.h"
#include "core/log.h"
#include "core/text.h"
#include "process/change.h"
#include "udp/fanout.h"
#include "udp/fanout_listener.h"
#include "udp/fanout_report.h"
#include "udp/fanout_totals.h"
#include "udp/resolver_report.h"

#define SECTION "fanouts/"
#define SECOND_MS 1000

struct fanout_op {
	struct list             link;
	struct change_op        op;
	char                   *path;
	struct fanout_listener *built;	/* for an address with sockets */
};

static struct list all;		/* struct fanout */
static struct list listeners;
static struct list prepared;
static struct map by_name;
static struct timer second;	/* runs while there are any */

static void abort_change(void);
static void on_second(struct timer *t);

static bool open_all(void)
{
	list_init(&all);
	list_init(&listeners);
	list_init(&prepared);
	timer_setup(&second, on_second);
	return fanout_totals_open();
}

static void remove_fanout(struct fanout *f)
{
	list_unlink(&f->link);
	(void)map_remove(&by_name, slice_of(f->name));
	fanout_release(f);
}

static void close_all(void)
{
	timer_cancel(&second);
	abort_change();
	while (!list_empty(&listeners))
		fanout_listener_free(container_of(listeners.next, struct fanout_listener, link));
	while (!list_empty(&all))
		remove_fanout(container_of(all.next, struct fanout, link));
}

struct fanout_addresses {
	kind_listen *listen;
	void        *arg;
};

static void on_object(struct object *object, struct object *parent, const char *path, void *arg)
{
	const struct fanout_addresses *to = arg;

	(void)path;
	if (object->kind == &config_fanout_listener_kind)
		to->listen(&(struct kind_listener){ .conf = object->conf, .owner = parent,
						    .listener = object },
			   to->arg);
}

static void note_keep(struct object *object, struct object *parent, const char *path, void *arg)
{
	(void)parent;
	(void)path;
	if (object->kind == &config_fanout_kind)
		*(bool *)arg |= ((const struct fanout_conf *)object->conf)->source == FANOUT_KEEP;
}

bool fanouts_spoof(const struct config *config)
{
	bool keep = false;

	config_each(config, "", note_keep, &keep);
	return keep;
}

void fanouts_configured(const struct config *config, kind_listen *listen, void *arg)
{
	struct fanout_addresses to = { listen, arg };

	config_each(config, "", on_object, &to);
}

static bool takes(const struct object_kind *kind)
{
	return kind == &config_fanout_kind || kind == &config_fanout_listener_kind ||
	       kind == &config_target_kind;
}

static char *copy_of(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	CHECK(copy != NULL);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

static struct fanout_op *keep(const struct change_op *op)
{
	struct fanout_op *p = calloc(1, sizeof(*p));

	CHECK(p != NULL);
	p->op = *op;
	list_append(&prepared, &p->link);
	return p;
}

static bool prepare(const struct change_op *op, char *why)
{
	const struct fanout_conf *conf = op->object != NULL ? op->object->conf : NULL;
	struct fanout_op *p;

	if (op->kind == &config_fanout_kind && conf != NULL && conf->source == FANOUT_KEEP &&
	    capability_spoofing_problem() != NULL) {
		snprintf(why, MESSAGE_WHY, FANOUT_KEEP_REFUSED, op->object->name);
		return false;
	}
	p = keep(op);
	p->path = copy_of(op->path, strlen(op->path));
	if (op->object != NULL)
		object_hold(op->object);
	return true;
}

static bool prepare_address(const struct change_op *op)
{
	struct fanout_op *p;

	if (!op->address.addr.datagram || op->address.count == 0)
		return false;
	p = keep(op);
	p->built = fanout_listener_new(&op->address);
	return true;
}

static void forget(struct fanout_op *p)
{
	list_unlink(&p->link);
	object_release(p->op.object);
	if (p->built != NULL)
		fanout_listener_free(p->built);
	free(p->path);
	free(p);
}

static void abort_change(void)
{
	while (!list_empty(&prepared))
		forget(container_of(prepared.next, struct fanout_op, link));
}

/* "announce" of "fanouts/announce/targets/10.0.0.1:1" */
static struct slice name_in(const char *path)
{
	const char *name = path + strlen(SECTION);

	return (struct slice){ name, strcspn(name, "/") };
}

static void put_fanout(struct fanout_op *p)
{
	struct fanout *f = map_get(&by_name, name_in(p->path));

	if (f == NULL) {
		f = fanout_new(p->op.object->name);
		list_append(&all, &f->link);
		map_set(&by_name, slice_of(f->name), f);
	}
	fanout_set_object(f, p->op.object);
	p->op.object = NULL;
}

/* "10.0.0.1:1" of the same */
static struct slice child_in(const char *path, const struct object_kind *kind)
{
	struct slice name = name_in(path);

	return slice_of(name.data + name.len + strlen(kind->section) + 2);
}

static void apply_object(struct fanout_op *p)
{
	struct fanout *f = map_get(&by_name, name_in(p->path));
	bool put = p->op.verb == CHANGE_PUT;

	if (p->op.kind == &config_fanout_kind && put) {
		put_fanout(p);
	} else if (p->op.kind != &config_fanout_kind && f != NULL) {
		if (put)
			fanout_put_child(f, p->op.object);
		else
			fanout_delete_child(f, p->op.kind, child_in(p->path, p->op.kind));
		p->op.object = NULL;
	}
}

static struct fanout_listener *find_listener(uint32_t id)
{
	for (struct list *node = listeners.next; node != &listeners; node = node->next) {
		struct fanout_listener *l = container_of(node, struct fanout_listener, link);

		if (l->id == id)
			return l;
	}
	return NULL;
}

/* Sockets of another kind of process, or of an address that is here already, are not needed. */
static void apply_address(struct fanout_op *p)
{
	if (p->built == NULL || find_listener(p->op.address.id) != NULL)
		return;
	list_append(&listeners, &p->built->link);
	p->built = NULL;
}

/* What waits in the sockets of a fan-out that is removed is its own still. */
static void remove_deleted(void)
{
	for (struct list *node = prepared.next; node != &prepared; node = node->next) {
		struct fanout_op *p = container_of(node, struct fanout_op, link);
		struct fanout *f;

		if (p->op.kind != &config_fanout_kind || p->op.verb != CHANGE_DELETE)
			continue;
		f = map_get(&by_name, name_in(p->path));
		if (f != NULL) {
			fanout_remove(f);
			remove_fanout(f);
		}
	}
}

static void assign(struct fanout_listener *l)
{
	char text[ADDR_TEXT];

	addr_print(&l->addr, text, sizeof(text));
	for (struct list *node = all.next; node != &all; node = node->next) {
		struct fanout *f = container_of(node, struct fanout, link);
		const struct object *object = map_get(&f->listens, slice_of(text));

		if (object != NULL) {
			const struct fanout_listen_conf *conf = object->conf;

			fanout_listener_use(l, f, conf->interface);
			return;
		}
	}
}

/* Once all targets are there that may be: what is left was of targets that are none now. */
static void give_left(void)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		if (container_of(node, struct fanout, link)->names.pending > 0)
			return;
	}
	fanout_totals_give_left();
}

/* First what is removed: one change may remove a fan-out and make another one of its name. */
static void commit(uint64_t serial, const char *by)
{
	struct list *node;

	(void)serial;
	(void)by;
	remove_deleted();
	for (node = prepared.next; node != &prepared; node = node->next) {
		struct fanout_op *p = container_of(node, struct fanout_op, link);

		if (p->op.kind == NULL)
			apply_address(p);
		else
			apply_object(p);
	}
	if (list_empty(&prepared))
		return;
	abort_change();	/* frees the list; what is in use has left it */
	for (node = all.next; node != &all; node = node->next)
		fanout_update(container_of(node, struct fanout, link));
	for (node = listeners.next; node != &listeners; node = node->next)
		assign(container_of(node, struct fanout_listener, link));
	if (!list_empty(&all) && !timer_pending(&second))
		timer_set(&second, SECOND_MS);
	give_left();
	resolver_report_changed();
}

static void accept_waiting(uint32_t address)
{
	struct fanout_listener *l = find_listener(address);

	if (l != NULL)
		fanout_listener_drain(l);
}

static void close_address(uint32_t address)
{
	struct fanout_listener *l = find_listener(address);

	if (l != NULL)
		fanout_listener_close(l);
}

static void stop(void)
{
	for (struct list *node = listeners.next; node != &listeners; node = node->next)
		fanout_listener_drain(container_of(node, struct fanout_listener, link));
	fanout_flush(&all);
}

static void count_dropped(void)
{
	for (struct list *node = listeners.next; node != &listeners; node = node->next)
		fanout_listener_count(container_of(node, struct fanout_listener, link));
}

static void on_second(struct timer *t)
{
	for (struct list *node = listeners.next; node != &listeners; node = node->next)
		fanout_listener_join_again(container_of(node, struct fanout_listener, link));
	count_dropped();
	give_left();
	for (struct list *node = all.next; node != &all; node = node->next)
		fanout_log(container_of(node, struct fanout, link));
	if (!list_empty(&all))
		timer_set(t, SECOND_MS);
}

static void print(struct text *out)
{
	struct list *node;

	count_dropped();
	text_putc(out, '{');
	for (node = all.next; node != &all; node = node->next) {
		text_puts(out, node != all.next ? "," : "");
		fanout_report_print(container_of(node, struct fanout, link), out);
	}
	text_putc(out, '}');
}

static bool drain(uint64_t timeout_ms)
{
	(void)timeout_ms;
	stop();
	return true;
}

const struct resolver_part fanouts_part = {
	.name = "fanouts",
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
	.report = print,
};
