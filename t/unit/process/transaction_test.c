/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/running.h"
#include "process/transaction.h"

Suite *transaction_suite(void);

static const struct process_kind kind = { .name = "resolver", .slots = 1 };
static struct settings settings;
static struct config config;
static struct child late;	/* silent while changes are decided */

static void on_prepared(bool ok, const char *why)
{
	(void)ok;
	(void)why;
}

static void on_confirmed(void)
{
}

static const struct transaction_watch watch = { on_prepared, on_prepared, on_confirmed };

static void begin(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	ck_assert(loop_open(NULL));
	settings.change_timeout_ms = 1000;
	config.settings = &settings;
	(void)running_replace(&config);
	children_open(4);
	transaction_open();
	late = (struct child){ .kind = &kind, .pid = fork() };
	if (late.pid == 0) {
		pause();
		_exit(0);
	}
}

/* A change, applied or given up without the child; its number. */
static uint64_t change(bool applied)
{
	static uint64_t number;

	transaction_begin(&watch);
	if (applied) {
		ck_assert_uint_eq(transaction_commit(1, "file"), number + 1);
		transaction_lost();	/* everybody who is left has confirmed */
	} else {
		transaction_abort();
	}
	ck_assert(!transaction_busy());
	return ++number;
}

static void refuses(uint64_t number)
{
	struct message_answer m = { number, false, "no room" };

	transaction_answered(&late, false, &m);
}

static void end(void)
{
	kill(late.pid, SIGKILL);
	waitpid(late.pid, NULL, 0);
	children_close();
	loop_close();
}

START_TEST(a_late_no_to_a_change_that_was_given_up_costs_nothing)
{
	uint64_t first, given_up;

	begin();
	first = change(true);
	given_up = change(false);
	(void)change(true);
	refuses(given_up);
	ck_assert(!late.aborted);
	refuses(first);
	ck_assert(late.aborted);
	end();
}
END_TEST

START_TEST(a_no_to_a_change_of_long_ago_counts_as_in_force)
{
	uint64_t old;

	begin();
	old = change(false);
	for (int i = 0; i < 63; i++)
		(void)change(true);
	refuses(old);
	ck_assert(!late.aborted);
	(void)change(true);
	refuses(old);
	ck_assert(late.aborted);
	end();
}
END_TEST

static bool believed(bool committed, uint64_t number)
{
	struct message_answer m = { number, true, "" };

	late.aborted = false;
	transaction_answered(&late, committed, &m);
	return !late.aborted;
}

/* A cell of what was removed is used again once all have confirmed: nobody can do so in advance. */
START_TEST(an_answer_to_what_was_not_sent_is_not_believed)
{
	uint64_t in_force, given_up, committed;

	begin();
	in_force = change(true);
	given_up = change(false);
	ck_assert(believed(false, in_force));
	ck_assert(believed(true, in_force));
	committed = late.committed;
	ck_assert(believed(false, given_up));
	ck_assert(!believed(true, given_up));
	ck_assert(!believed(false, given_up + 1));
	ck_assert(!believed(true, given_up + 1));
	ck_assert(!believed(true, UINT64_MAX));
	ck_assert_uint_eq(late.committed, committed);
	ck_assert_uint_eq(late.prepared, given_up);
	end();
}
END_TEST

Suite *transaction_suite(void)
{
	Suite *s = suite_create("transaction");
	TCase *tc = tcase_create("late answers");

	tcase_add_test(tc, a_late_no_to_a_change_that_was_given_up_costs_nothing);
	tcase_add_test(tc, a_no_to_a_change_of_long_ago_counts_as_in_force);
	tcase_add_test(tc, an_answer_to_what_was_not_sent_is_not_believed);
	suite_add_tcase(s, tc);
	return s;
}
