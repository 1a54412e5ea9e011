/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/scoreboard.h"
#include "event/event.h"
#include "event/timer.h"
#include "proxy/listener.h"
#include "proxy/service.h"
#include "proxy/session_list.h"
#include "proxy/session_struct.h"
#include "proxy/session_table.h"

Suite *session_list_suite(void);

static struct service service;
static struct listener listener;
static struct timer guard;
static unsigned empty;

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void on_empty(void)
{
	empty++;
}

static void begin(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1,
					  .sessions = 64 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	ck_assert(loop_open("poll"));
	ck_assert(session_table_open(3));
	session_list_open();
	service = (struct service){ .references = 1 };
	listener = (struct listener){ .service = &service, .references = 1 };
	empty = 0;
}

static struct session *new(void)
{
	union peer peer = { .in = { .sin_family = AF_INET, .sin_port = htons(1234),
				    .sin_addr.s_addr = htonl(0x0a000001) } };

	return session_list_new(&listener, &peer);
}

/* What is deferred to the end of a batch. */
static void turn(void)
{
	timer_setup(&guard, on_guard);
	timer_set(&guard, 1);
	loop_run();
}

START_TEST(oldest_first)
{
	struct session *a, *b, *c;

	begin();
	a = new();
	b = new();
	c = new();
	ck_assert_ptr_eq(session_list_next(NULL), a);
	ck_assert_ptr_eq(session_list_next(a), b);
	ck_assert_ptr_eq(session_list_next(b), c);
	ck_assert_ptr_null(session_list_next(c));
	ck_assert_uint_eq(session_list_active(), 3);
	ck_assert_uint_eq(scoreboard_slot(0)->sessions, 3);
	session_list_remove(b);
	ck_assert_ptr_eq(session_list_next(a), c);
	ck_assert_uint_eq(session_list_active(), 2);
	loop_close();
}
END_TEST

START_TEST(no_more_than_there_are_rows)
{
	struct session *s;

	begin();
	ck_assert_ptr_nonnull(new());
	ck_assert_ptr_nonnull(new());
	s = new();
	ck_assert_ptr_nonnull(s);
	ck_assert_ptr_null(new());
	ck_assert_uint_eq(session_list_active(), 3);
	session_list_remove(s);
	ck_assert_ptr_nonnull(new());
	loop_close();
}
END_TEST

START_TEST(the_row_says_whose_it_is)
{
	struct session *s;

	begin();
	s = new();
	ck_assert_uint_eq(s->choice.row->number, s->number);
	ck_assert_uint_eq(s->choice.row->port, 1234);
	ck_assert_int_eq(memcmp(s->choice.row->client,
				"\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1", 16), 0);
	loop_close();
}
END_TEST

/* Events of the batch may name it still. */
START_TEST(freed_after_the_batch)
{
	struct session *s;

	begin();
	s = new();
	ck_assert_uint_eq(listener.references, 2);
	ck_assert_uint_eq(service.references, 2);
	session_list_remove(s);
	ck_assert_uint_eq(listener.references, 2);
	turn();
	ck_assert_uint_eq(listener.references, 1);
	ck_assert_uint_eq(service.references, 1);
	loop_close();
}
END_TEST

START_TEST(marked_once_until_unmarked)
{
	struct session *a, *b;
	struct list batch;

	begin();
	a = new();
	b = new();
	session_list_mark(b);
	session_list_mark(a);
	session_list_mark(b);
	session_list_take_marked(&batch);
	ck_assert_ptr_eq(session_list_unmark(&batch), b);
	session_list_mark(b);	/* for the next sweep, not for this one */
	session_list_remove(a);	/* ended by what was done to b */
	ck_assert_ptr_null(session_list_unmark(&batch));
	session_list_take_marked(&batch);
	ck_assert_ptr_eq(session_list_unmark(&batch), b);
	loop_close();
}
END_TEST

START_TEST(told_when_the_last_one_has_ended)
{
	struct session *a, *b;

	begin();
	a = new();
	b = new();
	session_list_when_empty(on_empty);
	session_list_remove(a);
	ck_assert_uint_eq(empty, 0);
	session_list_remove(b);
	ck_assert_uint_eq(empty, 1);
	session_list_when_empty(on_empty);
	ck_assert_uint_eq(empty, 2);
	loop_close();
}
END_TEST

/* Clients may still come in by the listeners of a service that is removed. */
START_TEST(a_session_of_a_removed_service_may_have_to_leave)
{
	begin();
	ck_assert_ptr_nonnull(new());
	ck_assert(!session_list_leaving());
	service.removed = true;
	ck_assert_ptr_nonnull(new());
	ck_assert(session_list_leaving());
	session_list_set_leaving(false);
	ck_assert(!session_list_leaving());
	loop_close();
}
END_TEST

Suite *session_list_suite(void)
{
	Suite *s = suite_create("session_list");
	TCase *tc = tcase_create("session_list");

	tcase_add_test(tc, oldest_first);
	tcase_add_test(tc, no_more_than_there_are_rows);
	tcase_add_test(tc, the_row_says_whose_it_is);
	tcase_add_test(tc, freed_after_the_batch);
	tcase_add_test(tc, marked_once_until_unmarked);
	tcase_add_test(tc, told_when_the_last_one_has_ended);
	tcase_add_test(tc, a_session_of_a_removed_service_may_have_to_leave);
	suite_add_tcase(s, tc);
	return s;
}
