/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/fork_alone.h"

#include <check.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"

Suite *fork_alone_suite(void);

static int fds[2];

static void begin(void)
{
	ck_assert_int_eq(pipe(fds), 0);
}

/* What has ended the process: a signal, or 0. */
static int wait_for(pid_t pid)
{
	uint64_t began = clock_ms();
	int status = 0;

	close(fds[1]);
	fork_alone_wait(fds[0], pid);
	ck_assert_uint_lt(clock_ms() - began, 20000);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	close(fds[0]);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(one_that_says_so_goes_on)
{
	pid_t pid;

	begin();
	pid = fork();
	if (pid == 0) {
		usleep(10000);
		_exit(write(fds[1], "", 1) == 1 ? 0 : 1);
	}
	ck_assert_int_eq(wait_for(pid), 0);
}
END_TEST

START_TEST(one_that_is_stopped_is_killed)
{
	pid_t pid;

	begin();
	pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		_exit(0);
	}
	ck_assert_int_eq(wait_for(pid), SIGKILL);
}
END_TEST

START_TEST(one_that_has_gone_is_not_waited_for)
{
	uint64_t began = clock_ms();
	pid_t pid;

	begin();
	pid = fork();
	if (pid == 0)
		_exit(0);
	(void)wait_for(pid);
	ck_assert_uint_lt(clock_ms() - began, 2000);
}
END_TEST

Suite *fork_alone_suite(void)
{
	Suite *suite = suite_create("fork_alone");
	TCase *tcase = tcase_create("fork_alone");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, one_that_says_so_goes_on);
	tcase_add_test(tcase, one_that_is_stopped_is_killed);
	tcase_add_test(tcase, one_that_has_gone_is_not_waited_for);
	suite_add_tcase(suite, tcase);
	return suite;
}
