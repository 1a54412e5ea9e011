/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/pool_cell.h"
#include "core/scoreboard.h"
#include "proxy/choice.h"
#include "proxy/pool_balance.h"
#include "proxy/pool_session.h"
#include "proxy/pool_take.h"

Suite *pool_take_suite(void);

#define NODES 10
#define NOW 1000000
#define NONE 99

static struct pool pool;
static struct choice choice;
static struct pool_request request;
static uint32_t tried[NODES];
static struct slice host;
static char host_bytes[POOL_HOST];

static void begin(enum pool_balance balance, unsigned count)
{
	struct scoreboard_sizes sizes = { .slots = 8, .services = 2, .backends = 2,
					  .sessions = 1024 };
	struct addr addr = { .kind = ADDR_INET };

	ck_assert(scoreboard_open(&sizes));
	host = pool_host(&addr, host_bytes);
	pool = (struct pool){ .balance = (uint8_t)balance, .count = (uint16_t)count };
	for (unsigned i = 0; i < count; i++) {
		struct pool_cell *c = pool_cell(i);

		pool_cells_use(i);
		c->announced = pool_clock(NOW);
		pool.nodes[i] = (struct pool_node){ .cell = i, .weight = 1, .host = host,
						    .name = slice_of("a") };
	}
	choice = (struct choice){ .row = session_rows(3), .tried = tried };
	request = (struct pool_request){ .choice = &choice, .balance = balance,
					 .tolerance_ms = 17000, .now_ms = NOW };
}

static void weigh(unsigned i, uint16_t weight)
{
	pool.nodes[i].weight = weight;
	pool_cell(i)->pass = pool_balance_start(0, weight);
}

/* The place of the node; the session stays. */
static unsigned take(void)
{
	unsigned place;

	return pool_take(&pool, &request, &place) == POOL_TAKEN ? place : NONE;
}

static unsigned take_and_give(void)
{
	unsigned place = take();

	if (place != NONE)
		pool_session_give(pool.nodes[place].cell, choice.row);
	return place;
}

static void hold_off(unsigned i)
{
	ck_assert(pool_session_failed(i, pool_session_hold(i), request.now_ms));
}

START_TEST(wrr_is_smooth)
{
	static const unsigned order[] = { 2, 1, 2, 0, 2, 1, 2 };
	unsigned counts[3] = { 0 };

	begin(POOL_WRR, 3);
	weigh(0, 1);
	weigh(1, 2);
	weigh(2, 4);
	for (unsigned i = 0; i < COUNT(order); i++)
		counts[take_and_give()]++;
	ck_assert_uint_eq(counts[0], 1);
	ck_assert_uint_eq(counts[1], 2);
	ck_assert_uint_eq(counts[2], 4);
	/* never more than two in a row on the heaviest of them */
	for (unsigned i = 0, streak = 0; i < 700; i++) {
		streak = take_and_give() == 2 ? streak + 1 : 0;
		ck_assert_uint_le(streak, 2);
	}
}
END_TEST

#define CHILDREN 4
#define PICKS 2500

static void run_children(_Atomic uint32_t *counts)
{
	for (uint32_t child = 0; child < CHILDREN; child++) {
		if (fork() != 0)
			continue;
		choice.row = session_rows(child);
		for (int i = 0; i < PICKS; i++)
			atomic_fetch_add(&counts[take_and_give()], 1);
		_exit(0);
	}
	for (int child = 0; child < CHILDREN; child++)
		wait(NULL);
}

/* Issue 10: weights 1..10 over 4 processes, 10,000 requests: within one request for each node. */
START_TEST(wrr_is_exact_over_processes)
{
	_Atomic uint32_t *counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	begin(POOL_WRR, NODES);
	for (uint16_t i = 0; i < NODES; i++)
		weigh(i, (uint16_t)(i + 1));
	run_children(counts);
	for (unsigned i = 0; i < NODES; i++) {
		double share = (double)CHILDREN * PICKS * (i + 1) / 55;

		ck_assert_double_le(counts[i], share + 1);
		ck_assert_double_ge(counts[i], share - 1);
		ck_assert_uint_eq(active_count(&pool_cell(i)->active), 0);
	}
	munmap((void *)counts, 4096);
}
END_TEST

START_TEST(lrc_spreads_what_runs_and_takes_turns)
{
	unsigned counts[4] = { 0 };

	begin(POOL_LRC, 4);
	weigh(0, 1);
	weigh(1, 9);
	weigh(2, 1);
	weigh(3, 1);
	/* nothing runs: one after the other, whatever they weigh */
	for (unsigned i = 0; i < 40; i++)
		counts[take_and_give()]++;
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(counts[i], 10);
	for (unsigned i = 0; i < 12; i++)
		ck_assert_uint_ne(take(), NONE);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(active_count(&pool_cell(i)->active), 3);
}
END_TEST

START_TEST(wlrc_spreads_by_weight)
{
	begin(POOL_WLRC, 3);
	weigh(0, 1);
	weigh(1, 2);
	weigh(2, 3);
	for (unsigned i = 0; i < 12; i++)
		ck_assert_uint_ne(take(), NONE);
	ck_assert_uint_eq(active_count(&pool_cell(0)->active), 2);
	ck_assert_uint_eq(active_count(&pool_cell(1)->active), 4);
	ck_assert_uint_eq(active_count(&pool_cell(2)->active), 6);
}
END_TEST

/* When a node goes, only its own clients move. */
START_TEST(iphash_keeps_clients_where_they_are)
{
	static const char *const names[] = { "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1" };
	unsigned before[300], moved = 0, counts[3] = { 0 };

	begin(POOL_IPHASH, 3);
	for (unsigned i = 0; i < 3; i++)
		pool.nodes[i].name = slice_of(names[i]);
	for (unsigned i = 0; i < COUNT(before); i++) {
		request.seed = i * UINT64_C(0x9e3779b97f4a7c15);
		before[i] = take_and_give();
		counts[before[i]]++;
	}
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_gt(counts[i], 60);
	hold_off(1);
	for (unsigned i = 0; i < COUNT(before); i++) {
		request.seed = i * UINT64_C(0x9e3779b97f4a7c15);
		moved += take_and_give() != before[i];
	}
	ck_assert_uint_eq(moved, counts[1]);
}
END_TEST

START_TEST(backups_stand_by)
{
	begin(POOL_WRR, 3);
	pool.nodes[1].backup = 1;
	pool.nodes[2].backup = 2;
	for (unsigned i = 0; i < 5; i++)
		ck_assert_uint_eq(take_and_give(), 0);
	hold_off(0);
	ck_assert_uint_eq(take_and_give(), 1);
	pool_cell(1)->announced = pool_clock(NOW - 18000);
	ck_assert_uint_eq(take_and_give(), 2);
}
END_TEST

START_TEST(one_that_refuses_is_tried_by_one_session_at_a_time)
{
	unsigned first = 0;

	begin(POOL_WRR, 2);
	hold_off(0);
	for (unsigned i = 0; i < 10; i++)
		ck_assert_uint_eq(take_and_give(), 1);
	request.now_ms += 500;
	/* one session takes it, and it had no turns in store */
	ck_assert_uint_eq(take(), 0);
	for (unsigned i = 0; i < 10; i++)
		ck_assert_uint_eq(take_and_give(), 1);
	pool_session_connected(0);
	for (unsigned i = 0; i < 10; i++)
		first += take_and_give() == 0;
	ck_assert_uint_ge(first, 5);
	ck_assert_uint_le(first, 6);
}
END_TEST

START_TEST(the_only_one_is_tried_although_it_is_held_off)
{
	begin(POOL_WRR, 1);
	hold_off(0);
	ck_assert_uint_eq(take(), 0);
	tried[0] = UINT32_C(1) << 31;
	choice.count = 1;
	ck_assert_uint_eq(take(), NONE);
}
END_TEST

/* Ten sessions that fail at once make one step. */
START_TEST(what_many_find_out_counts_once)
{
	uint64_t hold;

	begin(POOL_WRR, 1);
	hold = pool_session_hold(0);
	ck_assert(pool_session_failed(0, hold, NOW));
	for (unsigned i = 0; i < 9; i++)
		ck_assert(!pool_session_failed(0, hold, NOW));
	ck_assert_uint_eq(pool_cell_hold_failures(pool_session_hold(0)), 1);
}
END_TEST

START_TEST(what_was_not_announced_is_not_used)
{
	unsigned place;

	begin(POOL_WRR, 2);
	request.now_ms = NOW + 17000;
	pool_cell(1)->announced = pool_clock(NOW - 20);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_uint_eq(take_and_give(), 0);
	request.now_ms += 20;
	ck_assert_int_eq(pool_take(&pool, &request, &place), POOL_EMPTY);
	pool.nodes[1].flags = POOL_STATIC;
	ck_assert_uint_eq(take_and_give(), 1);
}
END_TEST

START_TEST(a_cell_that_has_another_node_is_given_back)
{
	unsigned place;

	begin(POOL_WRR, 1);
	pool_cell(0)->generation = 7;
	ck_assert_int_eq(pool_take(&pool, &request, &place), POOL_MOVED);
	ck_assert_uint_eq(active_count(&pool_cell(0)->active), 0);
	ck_assert_uint_eq(choice.row->via_hold, HOLD_FREE);
}
END_TEST

/* The memory is damaged, or a node has just gone: the others are not kept from anybody. */
START_TEST(others_are_taken_beside_a_node_without_a_cell)
{
	begin(POOL_WRR, 3);
	pool_cell(0)->generation = 7;
	pool.nodes[2].cell = UINT32_MAX;
	for (unsigned i = 0; i < 5; i++)
		ck_assert_uint_eq(take_and_give(), 1);
	ck_assert_uint_eq(active_count(&pool_cell(0)->active), 0);
}
END_TEST

/* A cell that does not exist, as damaged memory may say. */
START_TEST(cells_out_of_range_are_nobody)
{
	begin(POOL_WRR, 1);
	pool.nodes[0].cell = UINT32_MAX;
	ck_assert_uint_eq(take(), NONE);
}
END_TEST

START_TEST(a_vassal_that_does_not_run_is_the_last_choice)
{
	unsigned place;

	begin(POOL_WRR, 2);
	pool.nodes[0].host.len = 0;
	pool.nodes[0].vassal = slice_of("one.ini");
	ck_assert_uint_eq(take_and_give(), 1);
	pool.count = 1;
	ck_assert_int_eq(pool_take(&pool, &request, &place), POOL_DEFERRED);
	ck_assert_uint_eq(pool_session_request(0, NOW, 5000), 1);
	ck_assert_uint_eq(pool_session_request(0, NOW + 4999, 5000), 0);
	ck_assert_uint_eq(pool_session_request(0, NOW + 5000, 5000), 2);
}
END_TEST

Suite *pool_take_suite(void)
{
	Suite *s = suite_create("pool_take");
	TCase *tc = tcase_create("pool_take");

	tcase_add_test(tc, wrr_is_smooth);
	tcase_add_test(tc, wrr_is_exact_over_processes);
	tcase_add_test(tc, lrc_spreads_what_runs_and_takes_turns);
	tcase_add_test(tc, wlrc_spreads_by_weight);
	tcase_add_test(tc, iphash_keeps_clients_where_they_are);
	tcase_add_test(tc, backups_stand_by);
	tcase_add_test(tc, one_that_refuses_is_tried_by_one_session_at_a_time);
	tcase_add_test(tc, the_only_one_is_tried_although_it_is_held_off);
	tcase_add_test(tc, what_many_find_out_counts_once);
	tcase_add_test(tc, what_was_not_announced_is_not_used);
	tcase_add_test(tc, a_cell_that_has_another_node_is_given_back);
	tcase_add_test(tc, others_are_taken_beside_a_node_without_a_cell);
	tcase_add_test(tc, cells_out_of_range_are_nobody);
	tcase_add_test(tc, a_vassal_that_does_not_run_is_the_last_choice);
	suite_add_tcase(s, tc);
	return s;
}
