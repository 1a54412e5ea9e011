/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/subscribed_json.h"

#include <inttypes.h>

#include "config/config_subscription.h"
#include "core/clock.h"
#include "core/pool_cell.h"
#include "core/pool_table.h"
#include "core/text.h"

static void print_text(struct text *out, const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	text_printf(out, "\"%s\":", name);
	text_json(out, value);
	text_putc(out, ',');
}

static void print_age(const struct pool_node *n, const struct pool_cell *c, uint64_t now_ms,
		      struct text *out)
{
	if ((n->flags & POOL_SILENT) != 0 || !pool_cell_announced(c))
		text_puts(out, ",\"age_seconds\":null");
	else
		text_printf(out, ",\"age_seconds\":%.2f", (double)pool_cell_age(c, now_ms) / 1e3);
}

static void print_cell(const struct pool_node *n, struct pool_cell *c, struct text *out)
{
	uint64_t now = clock_ms(), hold = atomic_load(&c->hold), until = pool_cell_hold_until(hold);

	print_age(n, c, now, out);
	text_printf(out, ",\"failures\":%u,\"held_off_seconds\":%.3f",
		    pool_cell_hold_failures(hold),
		    until > now ? (double)(until - now) / 1e3 : 0);
	text_printf(out, ",\"sessions_active\":%u,\"sessions_total\":%u,\"bytes_to_backend\":%"
		    PRIu64 ",\"bytes_to_client\":%" PRIu64 ",\"cores\":%u,\"load\":%u",
		    active_count(&c->active), atomic_load(&c->requests),
		    atomic_load(&c->to_node), atomic_load(&c->to_client),
		    (unsigned)atomic_load(&c->cores), (unsigned)atomic_load(&c->load));
}

static void print_node(const struct pool_node *n, struct text *out)
{
	struct pool_cell *c = pool_cell(n->cell);
	const char proto[] = { (char)n->proto };

	text_putc(out, '{');
	print_text(out, "address", n->name);
	print_text(out, "vassal", n->vassal);
	print_text(out, "proto", (struct slice){ proto, n->proto != 0 });
	text_printf(out, "\"modifier1\":%u,\"modifier2\":%u,\"weight\":%u,\"backup\":%u,"
		    "\"static\":%s", n->modifier1, n->modifier2, n->weight, n->backup,
		    (n->flags & POOL_STATIC) != 0 ? "true" : "false");
	if (c != NULL)
		print_cell(n, c, out);
	text_putc(out, '}');
}

void subscribed_json_nodes(const struct pool *pool, struct text *out)
{
	text_puts(out, "\"nodes\":[");
	for (uint16_t i = 0; i < pool->count; i++) {
		text_puts(out, i != 0 ? "," : "");
		print_node(&pool->nodes[i], out);
	}
	text_putc(out, ']');
}

bool subscribed_json_print(struct slice value, const struct subscription_conf *conf,
			   struct text *out)
{
	static struct pool pool;
	enum pool_balance balance;

	if (!pool_read(&pool, value))
		return false;
	balance = pool.balance < POOL_BALANCES ? (enum pool_balance)pool.balance
					       : (enum pool_balance)conf->balance;
	text_printf(out, "\"balance\":\"%s\",", pool_balance_word(balance));
	subscribed_json_nodes(&pool, out);
	return true;
}

bool subscribed_json_key(const char *server, const struct subscription_conf *conf, struct slice key,
			 struct text *out)
{
	static struct shared_entry entry;
	struct shared_table table;
	size_t before = out->len;

	if (!pool_table_find(server, &table) || !shared_table_get(&table, key, &entry))
		return false;
	text_putc(out, '{');
	if (!subscribed_json_print(entry.value, conf, out)) {
		text_truncate(out, before);
		return false;
	}
	text_putc(out, '}');
	return true;
}
