/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_PRCTL
#include <sys/prctl.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include "process/control_socket.h"
#include "os/privileges.h"

Suite *control_socket_suite(void);

#define NOBODY 65534

static char folder[64], pid_file[128], path[128], why[512];

static void setup(void)
{
	strcpy(folder, "/tmp/heddle-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(pid_file, sizeof(pid_file), "%s/heddle.pid", folder);
	snprintf(path, sizeof(path), "%s/heddle.sock", folder);
}

static void teardown(void)
{
	unlink(path);
	rmdir(folder);
}

START_TEST(it_has_its_mode_and_goes_with_us)
{
	struct identity id = { .change = true, .uid = getuid(), .gid = getgid() };
	struct stat st;

	ck_assert_msg(control_socket_open(pid_file, &id, why, sizeof(why)), "%s", why);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	control_socket_remove();
	ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

/* The owner is refused: a start that fails leaves nothing behind. */
START_TEST(one_that_cannot_be_given_away_is_not_left_behind)
{
	struct identity id = { .change = true, .uid = 0, .gid = 0 };

	if (geteuid() == 0) {
		ck_assert_int_eq(chown(folder, NOBODY, NOBODY), 0);
		ck_assert_int_eq(seteuid(NOBODY), 0);
	}
	ck_assert(!control_socket_open(pid_file, &id, why, sizeof(why)));
	ck_assert_msg(strstr(why, path) != NULL, "%s", why);
	control_socket_remove();
	ck_assert_int_eq(access(path, F_OK), -1);
	/* the leak checker of a sanitized build traces us */
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
#ifdef HAVE_PRCTL
	prctl(PR_SET_DUMPABLE, 1);
#endif
}
END_TEST

Suite *control_socket_suite(void)
{
	Suite *s = suite_create("control_socket");
	TCase *c = tcase_create("files");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, it_has_its_mode_and_goes_with_us);
	tcase_add_test(c, one_that_cannot_be_given_away_is_not_left_behind);
	suite_add_tcase(s, c);
	return s;
}
