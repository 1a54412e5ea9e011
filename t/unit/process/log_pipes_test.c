/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <fcntl.h>
#include <unistd.h>

#include "process/log_pipes.h"

Suite *log_pipes_suite(void);

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

static void setup(void)
{
	ck_assert(log_pipes_open(3));
}

START_TEST(each_slot_has_a_pipe)
{
	char byte = 0;

	for (uint32_t slot = 0; slot < 3; slot++) {
		ck_assert_int_eq(write(log_pipes_writer(slot), "a", 1), 1);
		ck_assert_int_eq(read(log_pipes_reader(slot), &byte, 1), 1);
	}
	ck_assert_int_eq(log_pipes_reader(3), -1);
	ck_assert_int_eq(log_pipes_writer(3), -1);
	log_pipes_close();
	ck_assert_int_eq(log_pipes_writer(0), -1);
}
END_TEST

START_TEST(a_child_keeps_its_writer)
{
	int own = log_pipes_writer(1), other = log_pipes_writer(2), reader = log_pipes_reader(1);

	log_pipes_keep(1, false);
	ck_assert(is_open(own));
	ck_assert(!is_open(other));
	ck_assert(!is_open(reader));
	ck_assert_int_eq(log_pipes_reader(1), -1);
}
END_TEST

START_TEST(who_writes_the_logs_keeps_all_readers)
{
	log_pipes_keep(2, true);
	for (uint32_t slot = 0; slot < 3; slot++)
		ck_assert(is_open(log_pipes_reader(slot)));
	ck_assert_int_eq(log_pipes_writer(0), -1);
	ck_assert(is_open(log_pipes_writer(2)));
}
END_TEST

Suite *log_pipes_suite(void)
{
	Suite *s = suite_create("log_pipes");
	TCase *c = tcase_create("slots");

	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, each_slot_has_a_pipe);
	tcase_add_test(c, a_child_keeps_its_writer);
	tcase_add_test(c, who_writes_the_logs_keeps_all_readers);
	suite_add_tcase(s, c);
	return s;
}
