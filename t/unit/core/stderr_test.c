/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/stderr.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *stderr_suite(void);

static void set_stream(uintmax_t device, uintmax_t inode)
{
	char stream[64];

	snprintf(stream, sizeof(stream), "%" PRIuMAX ":%" PRIuMAX, device, inode);
	setenv("JOURNAL_STREAM", stream, 1);
}

START_TEST(the_stream_of_journald_is_known_by_device_and_inode)
{
	struct stat st;

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	unsetenv("JOURNAL_STREAM");
	ck_assert(!stderr_is_journal());
	set_stream(st.st_dev, st.st_ino);
	ck_assert(stderr_is_journal());
	set_stream(st.st_dev, (uintmax_t)st.st_ino + 1);	/* standard error was redirected */
	ck_assert(!stderr_is_journal());
	setenv("JOURNAL_STREAM", "nonsense", 1);
	ck_assert(!stderr_is_journal());
	unsetenv("JOURNAL_STREAM");
}
END_TEST

Suite *stderr_suite(void)
{
	Suite *suite = suite_create("stderr");
	TCase *journal = tcase_create("journal");

	tcase_add_test(journal, the_stream_of_journald_is_known_by_device_and_inode);
	suite_add_tcase(suite, journal);
	return suite;
}
