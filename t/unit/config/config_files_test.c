/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config.h"
#include "config/config_load.h"

#include <check.h>

Suite *config_files_suite(void);

START_TEST(the_control_socket_lies_beside_the_pid_file)
{
	char out[64];

	ck_assert(config_files_control_socket("/run/heddle/heddle.pid", out, sizeof(out)));
	ck_assert_str_eq(out, "/run/heddle/heddle.sock");
	ck_assert(config_files_control_socket("/run/h", out, sizeof(out)));
	ck_assert_str_eq(out, "/run/h.sock");
	ck_assert(!config_files_control_socket("/run/heddle/heddle.pid", out, 10));
}
END_TEST

Suite *config_files_suite(void)
{
	Suite *s = suite_create("config_files");
	TCase *c = tcase_create("files");

	tcase_add_test(c, the_control_socket_lies_beside_the_pid_file);
	suite_add_tcase(s, c);
	return s;
}
