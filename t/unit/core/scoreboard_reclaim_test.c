/* SPDX-License-Identifier: BSD-2-Clause */
/* What a dead worker held of a subscribed node. */
#include <check.h>

#include "core/pool_cell.h"
#include "core/scoreboard.h"

Suite *scoreboard_reclaim_suite(void);

#define WORKER 3

static void occupy(uint32_t slot)
{
	const struct scoreboard_occupant worker = { .kind = SLOT_CHILDREN,
						    .number = slot - WORKER, .sessions = true };

	scoreboard_occupy(slot, &worker);
	scoreboard_slot(slot)->rows = 8;
}

static struct session_row *hold(uint32_t slot, uint32_t row, unsigned kind, enum hold how)
{
	struct session_row *r = &session_rows(slot)[row];

	r->service = 1;
	r->service_hold = HOLD_HELD;
	r->via_kind = (uint8_t)kind;
	r->via = 0;
	r->via_hold = (uint8_t)how;
	r->open = 1;
	return r;
}

static void open_board(void)
{
	const struct scoreboard_sizes sizes = { .slots = 6, .services = 4, .backends = 4,
						.sessions = 256 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	pool_cells_use(9);
	occupy(WORKER);
	occupy(WORKER + 1);	/* this one lives on */
}

START_TEST(it_is_given_back)
{
	static const enum hold holds[] = { HOLD_HELD, HOLD_TAKING, HOLD_GIVING };
	struct session_row *r;

	open_board();
	(void)hold(WORKER + 1, 7, COUNTED_NODE, HOLD_HELD);
	r = hold(WORKER, 0, COUNTED_NODE, holds[_i]);
	pool_cell(0)->active.word = holds[_i] == HOLD_HELD ? 2 : 1;
	service_cell(1)->active.word = 2;
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 1);
	ck_assert_uint_eq(active_count(&pool_cell(0)->active), 1);
	ck_assert_uint_eq(active_count(&service_cell(0)->active), 0);
	ck_assert_uint_eq(active_count(&service_cell(1)->active), 1);
	ck_assert_uint_eq(r->via_hold, HOLD_FREE);
}
END_TEST

/* The memory is shared: whatever is in it. */
START_TEST(a_row_of_a_kind_that_is_none_changes_nothing)
{
	open_board();
	(void)hold(WORKER, 0, 77, HOLD_HELD);
	service_cell(1)->active.word = 1;
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 0);
	ck_assert_uint_eq(active_count(&pool_cell(0)->active), 0);
}
END_TEST

Suite *scoreboard_reclaim_suite(void)
{
	Suite *s = suite_create("scoreboard_reclaim");
	TCase *tc = tcase_create("scoreboard_reclaim");

	tcase_add_loop_test(tc, it_is_given_back, 0, 3);
	tcase_add_test(tc, a_row_of_a_kind_that_is_none_changes_nothing);
	suite_add_tcase(s, tc);
	return s;
}
