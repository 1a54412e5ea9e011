/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/pidfile.h"

Suite *pidfile_suite(void);

static char folder[64], path[128], why[512];

static void setup(void)
{
	strcpy(folder, "/tmp/heddle-pidfile-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/run/heddle.pid", folder);
	why[0] = '\0';
}

static void teardown(void)
{
	char run[128];

	pidfile_remove();
	unlink(path);
	snprintf(run, sizeof(run), "%s/run", folder);
	rmdir(run);
	rmdir(folder);
}

/* What a process of its own finds: a lock is no obstacle to its owner. */
static int in_another_process(int (*look)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(look());
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static pid_t owner;

static int sees_owner(void)
{
	return pidfile_holder(path) == owner;
}

static int is_turned_away(void)
{
	char pid[32];

	snprintf(pid, sizeof(pid), "(pid %ld)", (long)owner);
	return !pidfile_open(path, why, sizeof(why)) && strstr(why, "already running") != NULL &&
	       strstr(why, pid) != NULL;
}

START_TEST(it_makes_the_folder_and_is_locked)
{
	ck_assert_msg(pidfile_open(path, why, sizeof(why)), "%s", why);
	owner = getpid();
	ck_assert_int_eq(in_another_process(sees_owner), 1);
	ck_assert_int_eq(in_another_process(is_turned_away), 1);
	pidfile_remove();
	ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(a_stale_one_is_nobodys_and_replaced)
{
	FILE *f;
	long pid = 0;

	ck_assert(pidfile_open(path, why, sizeof(why)));
	pidfile_close();	/* as if the process had been killed */
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(pidfile_holder(path), 0);
	ck_assert(pidfile_open(path, why, sizeof(why)));
	f = fopen(path, "r");
	ck_assert_int_eq(fscanf(f, "%ld", &pid), 1);
	fclose(f);
	ck_assert_int_eq(pid, getpid());
}
END_TEST

START_TEST(somebody_elses_file_is_left_alone)
{
	FILE *f;

	ck_assert(pidfile_open(path, why, sizeof(why)));
	unlink(path);
	f = fopen(path, "w");
	fclose(f);
	pidfile_remove();
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

/* A full disk, here a limit of the size of files. */
START_TEST(one_that_cannot_be_written_is_not_left_behind)
{
	struct rlimit before, none;
	bool opened;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	opened = pidfile_open(path, why, sizeof(why));
	setrlimit(RLIMIT_FSIZE, &before);	/* the test writes its result */
	ck_assert(!opened);
	ck_assert_msg(strncmp(why, "write ", 6) == 0, "%s", why);
	ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

Suite *pidfile_suite(void)
{
	Suite *s = suite_create("pidfile");
	TCase *c = tcase_create("lock");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, it_makes_the_folder_and_is_locked);
	tcase_add_test(c, a_stale_one_is_nobodys_and_replaced);
	tcase_add_test(c, somebody_elses_file_is_left_alone);
	tcase_add_test(c, one_that_cannot_be_written_is_not_left_behind);
	suite_add_tcase(s, c);
	return s;
}
