/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/scoreboard.h"

Suite *scoreboard_suite(void);

#define WORKER 3

static void open_board(void)
{
	struct scoreboard_sizes sizes = {
		.slots = 6, .services = 4, .backends = 4, .sessions = 256
	};

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	scoreboard_occupy(WORKER, SLOT_WORKER, 0);
}

static void hold_in(uint32_t slot, uint32_t row, uint32_t backend, enum hold how)
{
	struct session_row *r = &session_rows(slot)[row];

	r->service = 1;
	r->service_hold = HOLD_HELD;
	r->backend = backend;
	r->backend_hold = (uint8_t)how;
	if (scoreboard_slot(slot)->rows <= row)
		scoreboard_slot(slot)->rows = row + 1;
	service_cell(1)->active++;
}

static void hold(uint32_t row, uint32_t backend, enum hold how)
{
	hold_in(WORKER, row, backend, how);
}

START_TEST(what_a_dead_worker_held_is_given_back)
{
	open_board();
	hold(0, 2, HOLD_HELD);
	hold(5, 2, HOLD_HELD);
	hold(9, 3, HOLD_HELD);
	scoreboard_occupy(WORKER + 1, SLOT_WORKER, 1);	/* this one lives on */
	hold_in(WORKER + 1, 7, 2, HOLD_HELD);
	*backend_active(2) = 3;
	*backend_active(3) = 1;
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 3);
	ck_assert_uint_eq(*backend_active(2), 1);
	ck_assert_uint_eq(*backend_active(3), 0);
	ck_assert_uint_eq(service_cell(1)->active, 1);
	ck_assert_uint_eq(service_cell(1)->ended[REASON_LOST], 3);
	ck_assert_uint_eq(scoreboard_slot(WORKER)->state, SLOT_EMPTY);
	ck_assert_uint_eq(session_rows(WORKER)[5].backend_hold, HOLD_FREE);
}
END_TEST

/* Killed between the count and the word that says so: the cell is counted anew, either way. */
START_TEST(a_half_done_row_leaves_no_count_behind)
{
	open_board();
	hold(0, 2, HOLD_TAKING);
	*backend_active(2) = (uint32_t)_i;	/* counted already, or not yet */
	scoreboard_reclaim(WORKER);
	ck_assert_uint_eq(*backend_active(2), 0);
	ck_assert_uint_eq(service_cell(1)->active, 0);
}
END_TEST

START_TEST(totals_never_go_back)
{
	uint64_t before;

	open_board();
	scoreboard_set_own(WORKER);
	counter_add(COUNTER_ACCEPTED, 41);
	counter_add(COUNTER_ACCEPTED, 1);
	counter_set(COUNTER_BUFFER_BYTES, 4096);
	scoreboard_set_own(0);
	before = counter_sum(COUNTER_ACCEPTED);
	ck_assert_uint_eq(before, 42);
	scoreboard_reclaim(WORKER);
	ck_assert_uint_eq(counter_sum(COUNTER_ACCEPTED), 42);
	/* but a gauge of the dead is gone */
	ck_assert_uint_eq(counter_sum(COUNTER_BUFFER_BYTES), 0);
}
END_TEST

START_TEST(cells_are_handed_out_once)
{
	struct handle h[4], again;

	open_board();
	for (int i = 0; i < 4; i++) {
		h[i] = backend_cell_take();
		ck_assert_uint_ne(h[i].index, HANDLE_NONE);
		for (int k = 0; k < i; k++)
			ck_assert_uint_ne(h[i].index, h[k].index);
	}
	ck_assert_uint_eq(backend_cell_take().index, HANDLE_NONE);
	*backend_active(h[2].index) = 1;
	backend_cell_give(h[2]);
	ck_assert_uint_eq(backend_cell_take().index, HANDLE_NONE);	/* still in use */
	*backend_active(h[2].index) = 0;
	again = backend_cell_take();
	ck_assert_uint_eq(again.index, h[2].index);
	ck_assert_uint_ne(again.generation, h[2].generation);
}
END_TEST

/* A process killed at any moment of taking and giving: nothing leaks. */
START_TEST(kill_at_any_moment)
{
	open_board();
	for (int round = 0; round < 30; round++) {
		struct slot *s = scoreboard_slot(WORKER);
		struct session_row *row = &session_rows(WORKER)[0];
		pid_t pid;

		scoreboard_occupy(WORKER, SLOT_WORKER, 0);
		s->rows = 1;
		pid = fork();
		if (pid == 0) {
			for (;;) {
				row->backend = 1;
				row->backend_hold = HOLD_TAKING;
				atomic_fetch_add(backend_active(1), 1);
				row->backend_hold = HOLD_HELD;
				row->backend_hold = HOLD_GIVING;
				atomic_fetch_sub(backend_active(1), 1);
				row->backend_hold = HOLD_FREE;
			}
		}
		usleep((unsigned)(rand() % 3000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		scoreboard_reclaim(WORKER);
		ck_assert_uint_eq(*backend_active(1), 0);
	}
}
END_TEST

/* Whoever has taken over a worker writes what it likes: nothing outside is touched. */
START_TEST(nonsense_in_a_row_is_ignored)
{
	struct session_row *r;

	open_board();
	hold(0, 2, HOLD_HELD);
	*backend_active(2) = 1;
	r = &session_rows(WORKER)[1];
	for (int i = 0; i < 2; i++) {
		r[i + 1].service = r[i + 1].backend = 0x30000000;
		r[i + 1].service_hold = r[i + 1].backend_hold = (uint8_t)(i + 1);
	}
	r[2].service_hold = 0x77;
	scoreboard_slot(WORKER)->rows = 0x7fffffff;
	scoreboard_slot(WORKER)->kind = 0x7f;
	ck_assert_uint_eq(scoreboard_rows(WORKER), 256);
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 1);
	ck_assert_uint_eq(*backend_active(2), 0);
	ck_assert_uint_eq(service_cell(1)->active, 0);
	ck_assert_uint_eq(scoreboard_slot(WORKER)->kind, SLOT_NONE);
}
END_TEST

/* ... and what it wrote over the counts of cells is set right. */
START_TEST(counts_are_compared_with_the_rows)
{
	open_board();
	scoreboard_occupy(WORKER + 1, SLOT_WORKER, 1);
	hold_in(WORKER + 1, 7, 2, HOLD_HELD);
	for (uint32_t i = 0; i < 4; i++)
		*backend_active(i) = service_cell(i)->active = 0x02020202;
	scoreboard_reclaim(WORKER);
	for (uint32_t i = 0; i < 4; i++) {
		ck_assert_uint_eq(*backend_active(i), i == 2);
		ck_assert_uint_eq(service_cell(i)->active, i == 1);
	}
}
END_TEST

/* A cell is free when the master gave it back, not when a word in the shared memory says so. */
START_TEST(what_is_taken_is_known_in_private)
{
	struct handle one;

	open_board();
	one = backend_cell_take();
	memset((void *)backend_cell(0), 0, 4 * sizeof(struct backend_cell));
	for (int i = 0; i < 3; i++)
		ck_assert_uint_ne(backend_cell_take().index, one.index);
	ck_assert_uint_eq(backend_cell_take().index, HANDLE_NONE);
}
END_TEST

START_TEST(what_the_master_wrote_is_written_again)
{
	open_board();
	scoreboard_occupied_by(WORKER, 4711);
	memset((void *)scoreboard_slot(0), 0xff, 6 * sizeof(struct slot));
	scoreboard_restore();
	ck_assert_uint_eq(scoreboard_slot(WORKER)->pid, 4711);
	ck_assert_uint_eq(scoreboard_slot(WORKER)->kind, SLOT_WORKER);
	ck_assert_uint_eq(scoreboard_slot(WORKER + 1)->kind, SLOT_NONE);
	ck_assert_uint_eq(scoreboard_slot(WORKER + 1)->state, SLOT_EMPTY);
}
END_TEST

Suite *scoreboard_suite(void)
{
	Suite *s = suite_create("scoreboard");
	TCase *tc = tcase_create("scoreboard");

	tcase_add_test(tc, what_a_dead_worker_held_is_given_back);
	tcase_add_loop_test(tc, a_half_done_row_leaves_no_count_behind, 0, 2);
	tcase_add_test(tc, totals_never_go_back);
	tcase_add_test(tc, cells_are_handed_out_once);
	tcase_add_test(tc, kill_at_any_moment);
	tcase_add_test(tc, nonsense_in_a_row_is_ignored);
	tcase_add_test(tc, counts_are_compared_with_the_rows);
	tcase_add_test(tc, what_is_taken_is_known_in_private);
	tcase_add_test(tc, what_the_master_wrote_is_written_again);
	suite_add_tcase(s, tc);
	return s;
}
