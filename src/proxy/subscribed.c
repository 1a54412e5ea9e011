/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/subscribed.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_types.h"
#include "core/list.h"
#include "core/log.h"
#include "core/map.h"
#include "core/pool_table.h"
#include "process/change.h"
#include "proxy/greeting.h"
#include "proxy/subscribed_regexps.h"

#define LABELS_MOST 16		/* of a key that are cut off for a pattern */
#define DOTSPLIT_MOST 5		/* lookups of one key, as uWSGI has it */

struct subscribed {
	struct list    link;
	struct object *object;
	struct shared_table table;
	bool           found;	/* table is set */
	struct subscribed_regexps regexps;
};

/* What the path of a change points to is gone when it is committed. */
struct subscribed_op {
	struct list      link;
	struct change_op op;
	char             name[];	/* of the server */
};

static struct list servers, prepared;
static bool opened;

static void open_lists(void)
{
	if (opened)
		return;
	list_init(&servers);
	list_init(&prepared);
	opened = true;
}

bool subscribed_prepare(const struct change_op *op)
{
	struct subscribed_op *p;
	const char *name;

	if (op->kind != &config_subscription_kind)
		return false;
	open_lists();
	name = op->path + strlen(config_subscription_kind.section) + 1;
	p = malloc(sizeof(*p) + strlen(name) + 1);
	CHECK(p != NULL);
	p->op = *op;
	p->op.path = NULL;
	memcpy(p->name, name, strlen(name) + 1);
	list_append(&prepared, &p->link);
	return true;
}

void subscribed_abort(void)
{
	open_lists();
	while (!list_empty(&prepared)) {
		struct subscribed_op *p = container_of(prepared.next, struct subscribed_op, link);

		list_unlink(&p->link);
		object_release(p->op.object);
		free(p);
	}
}

struct subscribed *subscribed_find(const char *name)
{
	open_lists();
	for (struct list *node = servers.next; node != &servers; node = node->next) {
		struct subscribed *s = container_of(node, struct subscribed, link);

		if (strcmp(s->object->name, name) == 0)
			return s;
	}
	return NULL;
}

static void forget(struct subscribed *s)
{
	list_unlink(&s->link);
	subscribed_regexps_close(&s->regexps);
	object_release(s->object);
	free(s);
}

static void apply(struct subscribed_op *p)
{
	struct change_op *op = &p->op;
	struct subscribed *s = subscribed_find(p->name);

	if (op->verb == CHANGE_DELETE) {
		if (s != NULL)
			forget(s);
		return;
	}
	if (s == NULL) {
		s = calloc(1, sizeof(*s));
		CHECK(s != NULL);
		list_append(&servers, &s->link);
	} else {
		object_release(s->object);
	}
	s->object = op->object;
	op->object = NULL;
}

void subscribed_commit(void)
{
	bool by_remote_addr = false;

	open_lists();
	for (struct list *node = prepared.next; node != &prepared; node = node->next)
		apply(container_of(node, struct subscribed_op, link));
	subscribed_abort();	/* frees the list */
	for (struct list *node = servers.next; node != &servers; node = node->next)
		by_remote_addr |= subscribed_conf(container_of(node, struct subscribed, link))
					  ->iphash_by == IPHASH_REMOTE_ADDR;
	greeting_want_client(by_remote_addr);
}

void subscribed_close(void)
{
	subscribed_abort();
	while (!list_empty(&servers))
		forget(container_of(servers.next, struct subscribed, link));
}

const struct subscription_conf *subscribed_conf(const struct subscribed *server)
{
	return server->object->conf;
}

/* The table may be dropped and made anew: a server is removed, and comes back. */
static bool has_table(struct subscribed *s)
{
	if (s->found && shared_table_valid(&s->table))
		return true;
	s->found = pool_table_find(s->object->name, &s->table);
	return s->found;
}

bool subscribed_any(struct subscribed *server)
{
	return has_table(server) && shared_table_count(&server->table) != 0;
}

static struct pool *get(struct subscribed *server, struct slice key)
{
	static struct shared_entry entry;
	static struct pool pool;

	if (!shared_table_get(&server->table, key, &entry) || !pool_read(&pool, entry.value))
		return NULL;
	return pool.count != 0 ? &pool : NULL;
}

/* *.example.com for www.example.com, then *.com. */
static struct pool *get_by_pattern(struct subscribed *server, struct slice key)
{
	char text[256];
	struct pool *pool = NULL;

	for (unsigned i = 0; i < LABELS_MOST && pool == NULL; i++) {
		const char *dot = key.len > 1 ? memchr(key.data + 1, '.', key.len - 1) : NULL;

		if (dot == NULL)
			return NULL;
		key = slice_after(key, (size_t)(dot - key.data));
		text[0] = '*';
		memcpy(text + 1, key.data, key.len);
		pool = get(server, (struct slice){ text, key.len + 1 });
	}
	return pool;
}

static struct pool *get_by_dots(struct subscribed *server, struct slice key)
{
	struct pool *pool = NULL;

	for (unsigned i = 1; i < DOTSPLIT_MOST && pool == NULL; i++) {
		const char *dot = key.len > 1 ? memchr(key.data + 1, '.', key.len - 1) : NULL;

		if (dot == NULL)
			return NULL;
		key = slice_after(key, (size_t)(dot - key.data));
		pool = get(server, key);
	}
	return pool;
}

static struct slice host_of(struct slice key)
{
	const char *slash = memchr(key.data, '/', key.len);

	return (struct slice){ key.data, slash != NULL ? (size_t)(slash - key.data) : key.len };
}

struct pool *subscribed_pool(struct subscribed *server, struct slice key, bool mountpoint)
{
	const struct subscription_conf *conf = subscribed_conf(server);
	struct slice host = mountpoint ? host_of(key) : key, expression;
	struct pool *pool;

	if (key.len > 255 || !has_table(server))
		return NULL;
	pool = get(server, key);
	if (pool == NULL && host.len != key.len)
		pool = get(server, host);
	if (pool == NULL)
		pool = get_by_pattern(server, host);
	if (pool == NULL && conf->dotsplit)
		pool = get_by_dots(server, host);
	if (pool == NULL && conf->regexp &&
	    subscribed_regexps_find(&server->regexps, server->object->name, host, &expression))
		pool = get(server, expression);
	if (pool == NULL && conf->fallback_key != NULL)
		pool = get(server, slice_of(conf->fallback_key));
	return pool;
}
