/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/known_table.h"
#include "core/pool_cell.h"
#include "core/pool_table.h"
#include "event/event.h"
#include "proxy/pool_balance.h"
#include "udp/pool_owner.h"
#include "udp/subscription_pools.h"

Suite *subscription_pools_suite(void);

#define NOW 1000000

static struct subscription_conf conf;
static struct subscription_pools pools;
static unsigned filled, emptied;

static void on_filled(void *owner, struct slice key)
{
	(void)owner;
	(void)key;
	filled++;
}

static void on_emptied(void *owner, struct slice key)
{
	(void)owner;
	(void)key;
	emptied++;
}

static void begin_with(uint32_t spans)
{
	conf = (struct subscription_conf){ .tolerance_ms = 17000, .max_keys = 1000,
					   .max_nodes = 5000, .max_nodes_per_key = 256 };
	ck_assert(loop_open("poll"));
	ck_assert(pool_cells_open());
	ck_assert(known_table_open());
	if (spans != 0)	/* less memory */
		known_table_region()->spans = spans;
	ck_assert(shared_table_own(known_table_region()));
	ck_assert(pool_owner_open());
	pools = (struct subscription_pools){ .filled = on_filled, .emptied = on_emptied };
	subscription_pools_open(&pools, "apps", &conf);
	ck_assert(pools.usable);
}

#define begin() begin_with(0)

static struct subscription_node node(const char *key, const char *name, uint64_t weight)
{
	struct subscription_node n = { .key = slice_of(key), .name = slice_of(name),
				       .weight = weight };
	char why[256];

	ck_assert(addr_parse(&n.addr, n.name, ADDR_DIAL, NULL, why, sizeof(why)));
	return n;
}

static enum subscription_result put(const char *key, const char *name, uint64_t weight,
				    uint64_t now)
{
	struct subscription_node n = node(key, name, weight);

	return subscription_pools_put(&pools, &n, now);
}

static bool take_away(const char *key, const char *name)
{
	struct subscription_node n = node(key, name, 1);

	return subscription_pools_remove(&pools, &n, false, "");
}

/* As a worker sees it; NULL: there is none. */
static struct pool *read_pool(const char *key)
{
	static struct shared_entry entry;
	static struct pool pool;
	struct shared_table t;

	if (!pool_table_find("apps", &t) || !shared_table_get(&t, slice_of(key), &entry))
		return NULL;
	ck_assert(pool_read(&pool, entry.value));
	return &pool;
}

static void sweep_all(uint64_t now)
{
	for (unsigned i = 0; i < 100; i++)
		subscription_pools_sweep(&pools, now);
	pool_owner_collect();
}

START_TEST(nodes_come_are_refreshed_and_go)
{
	struct pool *pool;

	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 0, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 3, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.1:1", 0, NOW + 10), SUBSCRIPTION_REFRESH);
	pool = read_pool("a");
	ck_assert_uint_eq(pool->count, 2);
	ck_assert_uint_eq(pool->nodes[0].weight, 1);
	ck_assert_uint_eq(pool->nodes[1].weight, 3);
	ck_assert_uint_eq(pool->balance, POOL_BALANCES);
	ck_assert_uint_eq(subscription_pools_keys(&pools), 1);
	ck_assert_uint_eq(pools.nodes, 2);
	ck_assert(take_away("a", "10.0.0.1:1"));
	ck_assert(!take_away("a", "10.0.0.1:1"));
	ck_assert(!take_away("b", "10.0.0.1:1"));
	ck_assert_uint_eq(emptied, 0);
	ck_assert(take_away("a", "10.0.0.2:1"));
	ck_assert_ptr_null(read_pool("a"));
	ck_assert_uint_eq(pools.nodes, 0);
	ck_assert_uint_eq(filled, 1);
	ck_assert_uint_eq(emptied, 1);
}
END_TEST

/* uWSGI's own server never does that: fault 15 of the spec. */
START_TEST(modifiers_and_weights_follow_each_announcement)
{
	struct subscription_node n;
	struct pool *pool;

	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	n = node("a", "10.0.0.1:1", 5);
	n.modifier1 = 9;
	n.modifier2 = 7;
	n.backup = 300;
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_REFRESH);
	pool = read_pool("a");
	ck_assert_uint_eq(pool->nodes[0].weight, 5);
	ck_assert_uint_eq(pool->nodes[0].modifier1, 9);
	ck_assert_uint_eq(pool->nodes[0].modifier2, 7);
	ck_assert_uint_eq(pool->nodes[0].backup, 255);
}
END_TEST

START_TEST(who_joins_has_no_turns_in_store)
{
	const struct pool *pool;
	uint64_t pass;

	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	pool_cell(read_pool("a")->nodes[0].cell)->pass = 1000 * POOL_TURN;
	ck_assert_int_eq(put("a", "10.0.0.2:1", 2, NOW), SUBSCRIPTION_NEW);
	pool = read_pool("a");
	pass = pool_cell(pool->nodes[1].cell)->pass;
	ck_assert_uint_eq(pass, pool_balance_start(1000 * POOL_TURN, 2));
}
END_TEST

START_TEST(what_is_not_announced_any_more_is_removed)
{
	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 1, NOW + 5000), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("b", "10.0.0.3:1", 1, NOW), SUBSCRIPTION_NEW);
	sweep_all(NOW + 17000);
	ck_assert_uint_eq(pools.nodes, 3);
	sweep_all(NOW + 17020);
	ck_assert_uint_eq(pools.nodes, 1);
	ck_assert_uint_eq(read_pool("a")->count, 1);
	ck_assert_ptr_null(read_pool("b"));
	sweep_all(NOW + 22020);
	ck_assert_uint_eq(subscription_pools_keys(&pools), 0);
}
END_TEST

START_TEST(limits_are_told_and_evict_nobody)
{
	begin();
	conf.max_nodes_per_key = 2;
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.3:1", 1, NOW), SUBSCRIPTION_OVER_LIMIT);
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_REFRESH);
	conf.max_keys = 1;
	ck_assert_int_eq(put("b", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_OVER_LIMIT);
	conf.max_keys = 10;
	conf.max_nodes = 2;
	ck_assert_int_eq(put("b", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_OVER_LIMIT);
	ck_assert_uint_eq(read_pool("a")->count, 2);
}
END_TEST

START_TEST(a_sender_has_its_own_limit)
{
	struct subscription_node n;

	begin();
	conf.max_nodes_per_sender = 1;
	n = node("a", "10.0.0.1:1", 1);
	n.sender = 77;
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_NEW);
	n = node("b", "10.0.0.1:1", 1);
	n.sender = 77;
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_OVER_LIMIT);
	n.sender = 78;
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_NEW);
	ck_assert(take_away("a", "10.0.0.1:1"));
	n = node("c", "10.0.0.1:1", 1);
	n.sender = 77;
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_NEW);
}
END_TEST

/* More than a value has room for: the pool stays as it is, and no cell is lost. */
START_TEST(a_pool_that_is_full_takes_no_more)
{
	unsigned count = 0;
	char name[32];

	begin();
	conf.max_nodes_per_key = POOL_NODES_MAX;
	do
		snprintf(name, sizeof(name), "10.1.%u.%u:40000", count / 250, count % 250);
	while (put("a", name, 1, NOW) == SUBSCRIPTION_NEW && ++count < POOL_NODES_MAX);
	ck_assert_uint_gt(count, 300);
	ck_assert_uint_lt(count, POOL_NODES_MAX);
	ck_assert_uint_eq(read_pool("a")->count, count);
	ck_assert_uint_eq(pools.nodes, count);
	ck_assert_int_eq(put("a", "10.1.0.0:40000", 1, NOW), SUBSCRIPTION_REFRESH);
}
END_TEST

START_TEST(a_cell_is_used_again_when_its_sessions_have_ended)
{
	uint32_t cell;
	uint16_t generation;
	uint64_t word;

	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	cell = read_pool("a")->nodes[0].cell;
	generation = read_pool("a")->nodes[0].generation;
	word = active_read(&pool_cell(cell)->active);
	ck_assert(active_move(&pool_cell(cell)->active, &word, 1));
	ck_assert(take_away("a", "10.0.0.1:1"));
	sweep_all(NOW);
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_uint_ne(read_pool("a")->nodes[0].cell, cell);
	active_less(&pool_cell(cell)->active);
	sweep_all(NOW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_uint_eq(read_pool("a")->nodes[1].cell, cell);
	ck_assert_uint_ne(read_pool("a")->nodes[1].generation, generation);
}
END_TEST

/* The resolver process is killed: its successor finds the nodes, and gives out no cell twice. */
START_TEST(a_successor_goes_on)
{
	uint32_t first, second;

	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("b", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	first = read_pool("a")->nodes[0].cell;
	pool_owner_close();
	ck_assert(pool_owner_open());
	ck_assert(shared_table_own(known_table_region()));
	pools = (struct subscription_pools){ .filled = on_filled, .emptied = on_emptied };
	subscription_pools_open(&pools, "apps", &conf);
	ck_assert_uint_eq(pools.nodes, 2);
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_REFRESH);
	ck_assert_uint_eq(read_pool("a")->nodes[0].cell, first);
	ck_assert_int_eq(put("c", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	second = read_pool("c")->nodes[0].cell;
	ck_assert_uint_ne(second, first);
	ck_assert_uint_ne(second, read_pool("b")->nodes[0].cell);
}
END_TEST

/* The memory is damaged: a node names the cell of another one, which keeps it. */
START_TEST(a_node_without_a_cell_of_its_own_is_removed)
{
	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 1, NOW), SUBSCRIPTION_NEW);
	atomic_fetch_add(&pool_cell(read_pool("a")->nodes[0].cell)->generation, 1);
	sweep_all(NOW);
	ck_assert_uint_eq(read_pool("a")->count, 1);
	ck_assert(slice_is(read_pool("a")->nodes[0].name, "10.0.0.2:1"));
}
END_TEST

/* What is left of a pool needs memory as well. */
START_TEST(a_node_that_cannot_be_removed_gets_nothing_and_goes_later)
{
	unsigned keys = 0;
	char key[32];

	begin_with(24);
	conf.max_keys = conf.max_nodes = 1000000;
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 1, NOW), SUBSCRIPTION_NEW);
	do
		snprintf(key, sizeof(key), "%05u", keys);
	while (put(key, "10.0.0.1:1", 1, NOW) == SUBSCRIPTION_NEW && ++keys < 99999);
	ck_assert_uint_lt(keys, 99999);
	ck_assert(take_away("a", "10.0.0.1:1"));
	ck_assert_uint_eq(read_pool("a")->count, 2);
	ck_assert_uint_eq(pools.nodes, keys + 2);
	ck_assert_uint_gt(pool_cell_age(pool_cell(read_pool("a")->nodes[0].cell), NOW), 17000);
	sweep_all(NOW);
	ck_assert_uint_eq(read_pool("a")->count, 2);
	ck_assert(take_away("00000", "10.0.0.1:1"));
	sweep_all(NOW);
	ck_assert_uint_eq(read_pool("a")->count, 1);
	ck_assert_uint_eq(pools.nodes, keys);
}
END_TEST

START_TEST(a_server_that_is_removed_leaves_nothing)
{
	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_NEW);
	subscription_pools_drop(&pools);
	ck_assert_ptr_null(read_pool("a"));
	ck_assert_int_eq(put("a", "10.0.0.1:1", 1, NOW), SUBSCRIPTION_OVER_LIMIT);
}
END_TEST

START_TEST(a_vassal_gets_an_address_and_loses_it)
{
	struct subscription_node n = { .key = slice_of("a"), .vassal = slice_of("one.ini"),
				       .addr = { .kind = ADDR_NONE } };
	struct pool *pool;

	begin();
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_NEW);
	pool = read_pool("a");
	ck_assert_uint_eq(pool->nodes[0].host.len, 0);
	pool_cell(pool->nodes[0].cell)->hold = 12345;
	n = node("a", "10.0.0.1:1", 1);
	n.vassal = slice_of("one.ini");
	ck_assert_int_eq(subscription_pools_put(&pools, &n, NOW), SUBSCRIPTION_REFRESH);
	pool = read_pool("a");
	ck_assert_uint_eq(pool->count, 1);
	ck_assert_uint_ne(pool->nodes[0].host.len, 0);
	ck_assert_uint_eq(pool_cell(pool->nodes[0].cell)->hold, 0);
	ck_assert(subscription_pools_remove(&pools, &n, true, ""));
	pool = read_pool("a");
	ck_assert_uint_eq(pool->count, 1);
	ck_assert_uint_eq(pool->nodes[0].host.len, 0);
	ck_assert(slice_is(pool->nodes[0].vassal, "one.ini"));
}
END_TEST

START_TEST(sums_are_of_those_that_were_announced_in_time)
{
	struct subscription_sum sum;

	begin();
	ck_assert_int_eq(put("a", "10.0.0.1:1", 2, NOW), SUBSCRIPTION_NEW);
	ck_assert_int_eq(put("a", "10.0.0.2:1", 5, NOW + 5000), SUBSCRIPTION_NEW);
	subscription_pools_sum(&pools, slice_of("a"), NOW + 5000, &sum);
	ck_assert_uint_eq(sum.weight, 7);
	subscription_pools_sum(&pools, slice_of("a"), NOW + 18000, &sum);
	ck_assert_uint_eq(sum.weight, 5);
	subscription_pools_sum(&pools, slice_of("b"), NOW, &sum);
	ck_assert_uint_eq(sum.weight, 0);
}
END_TEST

Suite *subscription_pools_suite(void)
{
	Suite *s = suite_create("subscription_pools");
	TCase *tc = tcase_create("subscription_pools");

	tcase_add_test(tc, nodes_come_are_refreshed_and_go);
	tcase_add_test(tc, modifiers_and_weights_follow_each_announcement);
	tcase_add_test(tc, who_joins_has_no_turns_in_store);
	tcase_add_test(tc, what_is_not_announced_any_more_is_removed);
	tcase_add_test(tc, limits_are_told_and_evict_nobody);
	tcase_add_test(tc, a_sender_has_its_own_limit);
	tcase_add_test(tc, a_pool_that_is_full_takes_no_more);
	tcase_add_test(tc, a_cell_is_used_again_when_its_sessions_have_ended);
	tcase_add_test(tc, a_successor_goes_on);
	tcase_add_test(tc, a_node_without_a_cell_of_its_own_is_removed);
	tcase_add_test(tc, a_node_that_cannot_be_removed_gets_nothing_and_goes_later);
	tcase_add_test(tc, a_server_that_is_removed_leaves_nothing);
	tcase_add_test(tc, a_vassal_gets_an_address_and_loses_it);
	tcase_add_test(tc, sums_are_of_those_that_were_announced_in_time);
	suite_add_tcase(s, tc);
	return s;
}
