/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "event/event.h"
#include "proxy/pipes.h"

Suite *pipes_suite(void);

#ifdef HAVE_SPLICE

#define MANY 600

static struct pipe_pair *taken[MANY];

static void begin(uint32_t workers)
{
	struct scoreboard_sizes sizes = { .slots = 1, .services = 1, .backends = 1, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	ck_assert(loop_open("auto"));
	pipes_open(workers);
}

static void give_all(void)
{
	for (size_t i = 0; i < MANY; i++) {
		if (taken[i] != NULL)
			pipes_give(taken[i]);
		taken[i] = NULL;
	}
	for (int i = 0; i < 64; i++)
		pipes_trim();
	ck_assert_uint_eq(counter_of(0, COUNTER_PIPES), 0);
	loop_close();
}

START_TEST(a_pipe_holds_what_it_says)
{
	begin(1);
	taken[0] = pipes_take(false);
	taken[1] = pipes_take(true);
	ck_assert_ptr_nonnull(taken[0]);
	ck_assert_ptr_nonnull(taken[1]);
	ck_assert_uint_eq(taken[0]->size, PIPE_SMALL);
	ck_assert_uint_eq(taken[1]->size, PIPE_BIG);
	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(fcntl(taken[i]->in, F_GETPIPE_SZ), (int)taken[i]->size);
	ck_assert_uint_eq(counter_of(0, COUNTER_PIPES), 2);
	give_all();
}
END_TEST

/* The pages of a user are shared by all workers: no more big ones than their part, then small. */
START_TEST(where_no_big_pipe_is_left_a_small_one_comes)
{
	size_t big = 0, small = 0;

	begin(4);
	for (size_t i = 0; i < MANY; i++) {
		taken[i] = pipes_take(true);
		if (taken[i] != NULL && taken[i]->size == PIPE_BIG)
			big++;
		else if (taken[i] != NULL)
			small++;
	}
	ck_assert_uint_gt(big, 0);
	ck_assert_uint_gt(small, 0);
	ck_assert_uint_le(big + small, 256 + 256);
	ck_assert_ptr_null(taken[MANY - 1]);
	give_all();
}
END_TEST

/* A byte that is left would reach a stranger. */
START_TEST(a_pipe_with_bytes_does_not_come_back)
{
	struct pipe_pair *p;

	begin(1);
	p = pipes_take(true);
	ck_assert_int_eq(write(p->in, "x", 1), 1);
	p->bytes = 1;
	pipes_give(p);
	ck_assert_uint_eq(counter_of(0, COUNTER_PIPES), 0);
	taken[0] = pipes_take(true);
	ck_assert_uint_eq(taken[0]->bytes, 0);
	give_all();
}
END_TEST

#endif

Suite *pipes_suite(void)
{
	Suite *s = suite_create("pipes");
	TCase *tc = tcase_create("pool");

#ifdef HAVE_SPLICE
	tcase_add_test(tc, a_pipe_holds_what_it_says);
	tcase_add_test(tc, where_no_big_pipe_is_left_a_small_one_comes);
	tcase_add_test(tc, a_pipe_with_bytes_does_not_come_back);
#endif
	suite_add_tcase(s, tc);
	return s;
}
