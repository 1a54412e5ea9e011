/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>

#include "core/base.h"
#include "proxy/dial_error.h"

Suite *dial_error_suite(void);

START_TEST(what_the_network_does_is_the_backends)
{
	ck_assert_int_eq(dial_error_kind(ECONNREFUSED), DIAL_REFUSED);
	ck_assert_int_eq(dial_error_kind(ENOENT), DIAL_REFUSED);
	ck_assert_int_eq(dial_error_kind(ETIMEDOUT), DIAL_TIMEOUT);
	ck_assert_int_eq(dial_error_kind(ECONNRESET), DIAL_RESET);
	ck_assert_int_eq(dial_error_kind(EHOSTUNREACH), DIAL_UNREACHABLE);
	ck_assert_int_eq(dial_error_kind(ENOTCONN), DIAL_UNREACHABLE);
}
END_TEST

START_TEST(what_this_machine_lacks_is_not)
{
	static const int local[] = { EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, EACCES, EPERM,
				     EAGAIN };

	for (size_t i = 0; i < COUNT(local); i++)
		ck_assert_int_eq(dial_error_kind(local[i]), DIAL_ERROR_LOCAL);
}
END_TEST

/* Ports and permissions may be there for another backend. */
START_TEST(a_shortage_is_that_of_every_backend)
{
	ck_assert_int_eq((int)dial_error_shortage(EMFILE), PAUSE_DESCRIPTORS);
	ck_assert_int_eq((int)dial_error_shortage(ENFILE), PAUSE_DESCRIPTORS);
	ck_assert_int_eq((int)dial_error_shortage(ENOMEM), PAUSE_MEMORY);
	ck_assert_int_eq((int)dial_error_shortage(ENOBUFS), PAUSE_MEMORY);
	ck_assert_int_eq((int)dial_error_shortage(EADDRNOTAVAIL), PAUSE_NONE);
	ck_assert_int_eq((int)dial_error_shortage(ECONNREFUSED), PAUSE_NONE);
	ck_assert_int_eq((int)dial_error_shortage(0), PAUSE_NONE);
}
END_TEST

START_TEST(words_do_not_depend_on_the_system)
{
	ck_assert_str_eq(dial_error_text(ECONNREFUSED), "connection refused");
	ck_assert_str_eq(dial_error_text(ETIMEDOUT), "connection timed out");
}
END_TEST

Suite *dial_error_suite(void)
{
	Suite *s = suite_create("dial_error");
	TCase *tc = tcase_create("dial_error");

	tcase_add_test(tc, what_the_network_does_is_the_backends);
	tcase_add_test(tc, what_this_machine_lacks_is_not);
	tcase_add_test(tc, a_shortage_is_that_of_every_backend);
	tcase_add_test(tc, words_do_not_depend_on_the_system);
	suite_add_tcase(s, tc);
	return s;
}
