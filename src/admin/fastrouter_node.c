/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_node.h"

#include "admin/fastrouter_write.h"
#include "config/config_subscription.h"
#include "config/config_uwsgi.h"
#include "core/clock.h"
#include "core/pool.h"
#include "core/pool_cell.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/backend.h"
#include "proxy/health.h"
#include "proxy/service.h"

#define BUCKETS 65535

/* djb33x, as core/subscription.c of uWSGI has it: characters are signed. */
uint32_t fastrouter_node_hash(struct slice key)
{
	uint32_t hash = 5381;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash * 33) ^ (uint32_t)(int32_t)(signed char)key.data[i];
	return hash % BUCKETS;
}

/* Fallback nodes are none of these, there as here. */
bool fastrouter_node_is_static(const struct service *s, const struct backend *b)
{
	return b->route >= s->routes.count ||
	       s->routes.list[b->route]->conf->use != ROUTE_FOR_FAILED;
}

bool fastrouter_node_any_static(const struct service *s)
{
	for (uint32_t i = 0; i < s->set.count; i++)
		if (fastrouter_node_is_static(s, s->set.list[i]))
			return true;
	return s->groups.count > 0;
}

void fastrouter_node_static(struct fastrouter_write *w, const struct backend *b)
{
	const struct backend_cell *cell = backend_cell(b->handle.index);
	uint64_t since = atomic_load(&cell->since_ms);

	fastrouter_write_open(w, NULL, '{');
	fastrouter_write_address(w, "name", slice_of(b->address));
	fastrouter_write_number(w, "hits", atomic_load(&cell->sessions));
	fastrouter_write_number(w, "grace", health_of(b) == HEALTH_DOWN ? since / 1000 : 0);
	fastrouter_write_close(w, '}');
}

/* What changes of a node, read once. */
struct figures {
	uint64_t last_check;	/* seconds since 1970; 0: it was not announced */
	uint64_t to_node, to_client;
	uint32_t requests, last_requests, active;
	unsigned cores, load, failures;
	bool     held;		/* no session is given to it now */
};

static struct figures read_figures(const struct pool_node *n)
{
	uint64_t now = clock_ms(), hold;
	struct pool_cell *c = pool_node_cell(n);
	struct figures f = { 0 };

	if (c == NULL)	/* it is being removed */
		return f;
	hold = atomic_load(&c->hold);
	f.requests = atomic_load(&c->requests);
	f.last_requests = (uint16_t)(f.requests - atomic_load(&c->requests_then));
	f.active = active_count(&c->active);
	f.to_node = atomic_load(&c->to_node);
	f.to_client = atomic_load(&c->to_client);
	f.cores = atomic_load(&c->cores);
	f.load = atomic_load(&c->load);
	f.failures = pool_cell_hold_failures(hold);
	f.held = pool_cell_hold_until(hold) > now;
	if ((n->flags & POOL_SILENT) == 0 && pool_cell_announced(c))
		f.last_check = (loop_wall_ms() - pool_cell_age(c, now)) / 1000;
	return f;
}

/* tx is what came from the node, rx what it was sent: so the original has it. */
static void put_node(struct fastrouter_write *w, const struct pool_node *n,
		     const struct figures *f)
{
	const char proto = (char)n->proto;

	fastrouter_write_open(w, NULL, '{');
	fastrouter_write_address(w, "name", n->name);
	fastrouter_write_text(w, "vassal", n->vassal);
	fastrouter_write_number(w, "modifier1", n->modifier1);
	fastrouter_write_number(w, "modifier2", n->modifier2);
	fastrouter_write_number(w, "last_check", f->last_check);
	fastrouter_write_number(w, "pid", 0);
	fastrouter_write_number(w, "uid", 0);
	fastrouter_write_number(w, "gid", 0);
	fastrouter_write_number(w, "requests", f->requests);
	fastrouter_write_number(w, "last_requests", f->last_requests);
	fastrouter_write_number(w, "tx", f->to_client);
	fastrouter_write_number(w, "rx", f->to_node);
	fastrouter_write_number(w, "cores", f->cores);
	fastrouter_write_number(w, "load", f->load);
	fastrouter_write_number(w, "weight", n->weight);
	fastrouter_write_number(w, "backup", n->backup);
	fastrouter_write_text(w, "proto", (struct slice){ &proto, n->proto != 0 });
	fastrouter_write_number(w, "wrr", 0);
	fastrouter_write_number(w, "ref", f->active);
	fastrouter_write_number(w, "failcnt", f->failures);
	fastrouter_write_number(w, "death_mark", f->held);
	fastrouter_write_close(w, '}');
}

static const char *balance_of(const struct pool *pool, const struct subscription_conf *server)
{
	return pool_balance_word(pool->balance < POOL_BALANCES
					 ? (enum pool_balance)pool->balance
					 : (enum pool_balance)server->balance);
}

void fastrouter_node_key(struct fastrouter_write *w, const struct shared_entry *entry,
			 const struct subscription_conf *server)
{
	static struct pool pool;
	static struct figures figures[POOL_NODES_MAX];
	uint64_t hits = 0;

	/* the memory is shared: what is there may be anything */
	if (!pool_read(&pool, entry->value))
		return;
	for (uint16_t i = 0; i < pool.count; i++) {
		figures[i] = read_figures(&pool.nodes[i]);
		hits += figures[i].requests;
	}
	fastrouter_write_open(w, NULL, '{');
	fastrouter_write_text(w, "key", entry->key);
	fastrouter_write_number(w, "hash", fastrouter_node_hash(entry->key));
	fastrouter_write_number(w, "hits", hits);
	fastrouter_write_number(w, "sni_enabled", 0);
	fastrouter_write_text(w, "algo", slice_of(balance_of(&pool, server)));
	fastrouter_write_open(w, "nodes", '[');
	for (uint16_t i = 0; i < pool.count; i++)
		put_node(w, &pool.nodes[i], &figures[i]);
	fastrouter_write_close(w, ']');
	fastrouter_write_close(w, '}');
}
