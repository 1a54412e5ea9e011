/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/scoreboard.h"

Suite *scoreboard_suite(void);

#define WORKER 3

static void occupy(uint32_t slot, uint32_t number)
{
	struct scoreboard_occupant worker = { .kind = SLOT_CHILDREN, .number = number,
					      .sessions = true };

	scoreboard_occupy(slot, &worker);
}

static void open_board(void)
{
	struct scoreboard_sizes sizes = {
		.slots = 6, .services = 4, .backends = 4, .sessions = 256
	};

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	occupy(WORKER, 0);
}

static void set_count(struct active *active, uint32_t count)
{
	active->word = count;
}

static void take(struct active *active)
{
	uint64_t seen = active_read(active);

	while (!active_move(active, &seen, active_of(seen) + 1))
		;
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
	r->open = 1;
	set_count(&service_cell(1)->active, active_count(&service_cell(1)->active) + 1);
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
	occupy(WORKER + 1, 1);	/* this one lives on */
	hold_in(WORKER + 1, 7, 2, HOLD_HELD);
	set_count(backend_active(2), 3);
	set_count(backend_active(3), 1);
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 3);
	ck_assert_uint_eq(active_count(backend_active(2)), 1);
	ck_assert_uint_eq(active_count(backend_active(3)), 0);
	ck_assert_uint_eq(active_count(&service_cell(1)->active), 1);
	ck_assert_uint_eq(service_cell(1)->ended[REASON_LOST], 3);
	ck_assert_uint_eq(scoreboard_slot(WORKER)->state, SLOT_EMPTY);
	ck_assert_uint_eq(session_rows(WORKER)[5].backend_hold, HOLD_FREE);
}
END_TEST

/* A route of one service has led to the backends of another one: both have counted it. */
START_TEST(what_it_held_of_a_second_service_is_given_back)
{
	static const enum hold holds[] = { HOLD_HELD, HOLD_TAKING, HOLD_GIVING };
	struct session_row *r;

	open_board();
	hold(0, 2, HOLD_FREE);
	occupy(WORKER + 1, 1);
	hold_in(WORKER + 1, 7, 2, HOLD_FREE);
	session_rows(WORKER + 1)[7].via_hold = HOLD_HELD;	/* of service 0 */
	r = &session_rows(WORKER)[0];
	r->via_hold = (uint8_t)holds[_i];
	set_count(&service_cell(0)->active, holds[_i] == HOLD_HELD ? 2 : 1);
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 1);
	ck_assert_uint_eq(active_count(&service_cell(0)->active), 1);
	ck_assert_uint_eq(active_count(&service_cell(1)->active), 1);
	ck_assert_uint_eq(r->via_hold, HOLD_FREE);
}
END_TEST

/* Killed between the count and the word that says so: the cell is counted anew, either way. */
START_TEST(a_half_done_row_leaves_no_count_behind)
{
	open_board();
	hold(0, 2, HOLD_TAKING);
	set_count(backend_active(2), (uint32_t)_i);	/* counted already, or not yet */
	scoreboard_reclaim(WORKER);
	ck_assert_uint_eq(active_count(backend_active(2)), 0);
	ck_assert_uint_eq(active_count(&service_cell(1)->active), 0);
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
	set_count(backend_active(h[2].index), 1);
	backend_cell_give(h[2]);
	ck_assert_uint_eq(backend_cell_take().index, HANDLE_NONE);	/* still in use */
	set_count(backend_active(h[2].index), 0);
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

		occupy(WORKER, 0);
		s->rows = 1;
		pid = fork();
		if (pid == 0) {
			for (;;) {
				row->backend = 1;
				row->backend_hold = HOLD_TAKING;
				take(backend_active(1));
				row->backend_hold = HOLD_HELD;
				row->backend_hold = HOLD_GIVING;
				active_less(backend_active(1));
				row->backend_hold = HOLD_FREE;
			}
		}
		usleep((unsigned)(rand() % 3000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		scoreboard_reclaim(WORKER);
		ck_assert_uint_eq(active_count(backend_active(1)), 0);
	}
}
END_TEST

#define ROWS 16

/* Takes and gives backend 1 for ever; stands still while `paused` is set, and says so in beats. */
static void move_for_ever(uint32_t slot)
{
	struct slot *s = scoreboard_slot(slot);

	for (uint32_t i = 0;; i = (i + 7) % ROWS) {
		struct session_row *row = &session_rows(slot)[i];

		for (; s->paused != PAUSE_NONE; sched_yield())
			s->beats = 1;
		s->beats = 0;
		row->backend = 1;
		if (row->backend_hold == HOLD_FREE) {
			row->backend_hold = HOLD_TAKING;
			take(backend_active(1));
			row->backend_hold = HOLD_HELD;
		} else {
			row->backend_hold = HOLD_GIVING;
			active_less(backend_active(1));
			row->backend_hold = HOLD_FREE;
		}
		for (volatile int pause = 0; pause < 200; pause++)
			;
	}
}

static void pause_mover(uint32_t slot, bool pause)
{
	scoreboard_slot(slot)->beats = 0;
	scoreboard_slot(slot)->paused = pause ? PAUSE_LIMIT : PAUSE_NONE;
	while (pause && scoreboard_slot(slot)->beats == 0)
		sched_yield();
}

static uint32_t held_by(uint32_t slot)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < ROWS; i++)
		held += session_rows(slot)[i].backend_hold == HOLD_HELD;
	return held;
}

/* One comes and one goes while the rows are counted: the count is as before, and yet another. */
START_TEST(a_recount_under_load_is_exact)
{
	uint64_t start = clock_ms();
	pid_t movers[2];

	open_board();
	for (uint32_t i = 0; i < 2; i++) {
		occupy(WORKER + 1 + i, 1 + i);
		scoreboard_slot(WORKER + 1 + i)->rows = ROWS;
		movers[i] = fork();
		if (movers[i] == 0)
			move_for_ever(WORKER + 1 + i);
	}
	/* a second: how many rounds that is depends on who else wants the processors */
	for (int round = 0; round < 3000 && clock_ms() < start + 1000; round++) {
		occupy(WORKER, 0);
		session_rows(WORKER)[0].backend = 1;
		session_rows(WORKER)[0].backend_hold = HOLD_TAKING;
		scoreboard_slot(WORKER)->rows = 1;
		if (round % 2 == 0)
			take(backend_active(1));
		scoreboard_reclaim(WORKER);
		pause_mover(WORKER + 1, true);
		pause_mover(WORKER + 2, true);
		scoreboard_recount();	/* what moved too fast: nothing does now */
		ck_assert_uint_eq(active_count(backend_active(1)),
				  held_by(WORKER + 1) + held_by(WORKER + 2));
		pause_mover(WORKER + 1, false);
		pause_mover(WORKER + 2, false);
	}
	for (int i = 0; i < 2; i++) {
		kill(movers[i], SIGKILL);
		waitpid(movers[i], NULL, 0);
	}
}
END_TEST

/* A row that stays half done, of a worker that stands still, is asked again later. */
START_TEST(what_cannot_be_counted_now_is_counted_later)
{
	open_board();
	occupy(WORKER + 1, 1);
	hold_in(WORKER + 1, 0, 2, HOLD_TAKING);
	hold(0, 2, HOLD_TAKING);
	set_count(backend_active(2), 2);
	scoreboard_reclaim(WORKER);
	session_rows(WORKER + 1)[0].backend_hold = HOLD_HELD;
	scoreboard_recount();
	ck_assert_uint_eq(active_count(backend_active(2)), 1);
}
END_TEST

/* Killed between the count of a session's end and the end of its row. */
START_TEST(a_session_that_has_ended_is_not_lost_as_well)
{
	open_board();
	scoreboard_set_own(WORKER);
	counter_add(COUNTER_ACCEPTED, 3);
	counter_add(COUNTER_ENDED, 1);
	scoreboard_set_own(0);
	hold(0, 2, HOLD_HELD);
	hold(1, 2, HOLD_HELD);
	session_rows(WORKER)[0].open = 0;
	service_cell(1)->ended[REASON_DONE] = 1;
	ck_assert_uint_eq(scoreboard_reclaim(WORKER), 1);
	ck_assert_uint_eq(service_cell(1)->ended[REASON_LOST], 1);
	ck_assert_uint_eq(active_count(&service_cell(1)->active), 0);
	/* ... and every client that was accepted has ended, with a row or without */
	ck_assert_uint_eq(counter_sum(COUNTER_ENDED), counter_sum(COUNTER_ACCEPTED));
}
END_TEST

/* Whoever has taken over a worker writes what it likes: nothing outside is touched. */
START_TEST(nonsense_in_a_row_is_ignored)
{
	struct session_row *r;

	open_board();
	hold(0, 2, HOLD_HELD);
	set_count(backend_active(2), 1);
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
	ck_assert_uint_eq(active_count(backend_active(2)), 0);
	ck_assert_uint_eq(active_count(&service_cell(1)->active), 0);
	ck_assert_uint_eq(scoreboard_slot(WORKER)->kind, SLOT_NONE);
}
END_TEST

/* ... and what it wrote over the counts of cells is set right. */
START_TEST(counts_are_compared_with_the_rows)
{
	open_board();
	occupy(WORKER + 1, 1);
	hold_in(WORKER + 1, 7, 2, HOLD_HELD);
	for (uint32_t i = 0; i < 4; i++)
		backend_active(i)->word = service_cell(i)->active.word = 0x0202020202020202;
	scoreboard_reclaim(WORKER);
	for (uint32_t i = 0; i < 4; i++) {
		ck_assert_uint_eq(active_count(backend_active(i)), i == 2);
		ck_assert_uint_eq(active_count(&service_cell(i)->active), i == 1);
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
	ck_assert_uint_eq(scoreboard_slot(WORKER)->kind, SLOT_CHILDREN);
	ck_assert_uint_eq(scoreboard_slot(WORKER + 1)->kind, SLOT_NONE);
	ck_assert_uint_eq(scoreboard_slot(WORKER + 1)->state, SLOT_EMPTY);
}
END_TEST

Suite *scoreboard_suite(void)
{
	Suite *s = suite_create("scoreboard");
	TCase *tc = tcase_create("scoreboard");

	tcase_add_test(tc, what_a_dead_worker_held_is_given_back);
	tcase_add_loop_test(tc, what_it_held_of_a_second_service_is_given_back, 0, 3);
	tcase_add_loop_test(tc, a_half_done_row_leaves_no_count_behind, 0, 2);
	tcase_add_test(tc, totals_never_go_back);
	tcase_add_test(tc, cells_are_handed_out_once);
	tcase_add_test(tc, kill_at_any_moment);
	tcase_add_test(tc, a_recount_under_load_is_exact);
	tcase_add_test(tc, what_cannot_be_counted_now_is_counted_later);
	tcase_add_test(tc, a_session_that_has_ended_is_not_lost_as_well);
	tcase_add_test(tc, nonsense_in_a_row_is_ignored);
	tcase_add_test(tc, counts_are_compared_with_the_rows);
	tcase_add_test(tc, what_is_taken_is_known_in_private);
	tcase_add_test(tc, what_the_master_wrote_is_written_again);
	suite_add_tcase(s, tc);
	return s;
}
