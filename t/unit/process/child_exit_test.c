/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/layout.h"
#include "core/log_record.h"
#include "process/child_exit.h"

Suite *child_exit_suite(void);

#define KIND SLOT_CHILDREN

START_TEST(a_process_that_lived_is_replaced_at_once)
{
	uint64_t next = UINT64_MAX;

	ck_assert_uint_eq(child_exit_respawn_delay(KIND, 1, 5000, CHILD_EXIT_EARLY_MS), 0);
	ck_assert(child_exit_may_respawn(KIND, 1, 5000, &next));
	ck_assert(next == UINT64_MAX);
}
END_TEST

START_TEST(one_that_dies_at_its_start_waits_longer_each_time)
{
	static const uint64_t delays[] = { 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000 };
	uint64_t now = 1000, next = UINT64_MAX;

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		ck_assert_uint_eq(child_exit_respawn_delay(KIND, 2, now, 10), delays[i]);
	ck_assert(!child_exit_may_respawn(KIND, 2, now, &next));
	ck_assert_uint_eq(next, now + 5000);
	ck_assert(child_exit_may_respawn(KIND, 2, now + 5000, &next));
}
END_TEST

START_TEST(a_long_life_forgives)
{
	ck_assert_uint_eq(child_exit_respawn_delay(KIND + 1, 0, 0, 10), 0);
	ck_assert_uint_eq(child_exit_respawn_delay(KIND + 1, 0, 0, 10), 100);
	ck_assert_uint_eq(child_exit_respawn_delay(KIND + 1, 0, 0, 60000), 0);
	ck_assert_uint_eq(child_exit_respawn_delay(KIND + 1, 0, 0, 10), 0);
}
END_TEST

static char logged[1024];
static enum log_level worst;

static void keep(const struct log_record *record)
{
	size_t at = strlen(logged);

	if (record->level < worst)
		worst = record->level;
	snprintf(logged + at, sizeof(logged) - at, "%s\n", record->message);
}

static int status_of(int signo, int code)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (signo != 0)
			raise(signo);
		_exit(code);
	}
	waitpid(pid, &status, 0);
	return status;
}

static bool reports(const struct child_exit *e)
{
	bool restarted;

	logged[0] = '\0';
	worst = LEVEL_DEBUG;
	log_set_sink(keep);
	restarted = child_exit_report(e);
	log_set_sink(NULL);
	return restarted;
}

START_TEST(an_end_is_reported_with_its_cause)
{
	struct child_exit e = { .name = "worker 1 (pid 7)", .crash_fd = -1, .lost = "",
				.status = status_of(0, 0), .ordinary = LEVEL_INFO };

	ck_assert(reports(&e));
	ck_assert_str_eq(logged, "worker 1 (pid 7) exited with status 0; starts again\n");
	ck_assert_int_eq(worst, LEVEL_NOTICE);
	e.status = status_of(SIGKILL, 0);
	e.lost = "; 2 sessions lost";
	e.delay_ms = 100;
	ck_assert(reports(&e));
	ck_assert_str_eq(logged, "worker 1 (pid 7) was killed by signal 9 (Killed); "
				 "2 sessions lost; starts again in 100ms\n");
	ck_assert_int_eq(worst, LEVEL_ALERT);
	e.leaving = true;
	e.lost = "";
	e.status = status_of(0, 0);
	ck_assert(!reports(&e));
	ck_assert_str_eq(logged, "worker 1 (pid 7) has ended\n");
	e.status = status_of(0, 3);
	ck_assert(!reports(&e));
	ck_assert_str_eq(logged, "worker 1 (pid 7) exited with status 3\n");
}
END_TEST

START_TEST(a_backtrace_comes_first_line_by_line)
{
	struct child_exit e = { .name = "control", .lost = "", .status = status_of(SIGABRT, 0) };
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(write(fds[1], "one\ntwo", 7), 7);
	close(fds[1]);
	e.crash_fd = fds[0];
	ck_assert(reports(&e));
	ck_assert_str_eq(logged, "control: one\ncontrol: two\n"
				 "control was killed by signal 6 (Aborted); starts again\n");
	close(fds[0]);
}
END_TEST

Suite *child_exit_suite(void)
{
	Suite *s = suite_create("child_exit");
	TCase *c = tcase_create("ends");

	tcase_add_test(c, a_process_that_lived_is_replaced_at_once);
	tcase_add_test(c, one_that_dies_at_its_start_waits_longer_each_time);
	tcase_add_test(c, a_long_life_forgives);
	tcase_add_test(c, an_end_is_reported_with_its_cause);
	tcase_add_test(c, a_backtrace_comes_first_line_by_line);
	suite_add_tcase(s, c);
	return s;
}
