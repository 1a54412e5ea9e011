/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "config/shuttle_merge.h"

Suite *shuttle_merge_suite(void);

static struct shuttle_service now, body;

static void set(struct shuttle_settings *s, enum shuttle_number number, uint64_t value)
{
	s->number[number] = value;
	s->given |= 1U << number;
}

static void setup(void)
{
	now = (struct shuttle_service){ .name = "a", .address = ":1", .maintenance_mode = true };
	now.settings.balance = "LC";
	now.settings.https_redirect = true;
	set(&now.settings, SHUTTLE_CHECK_INTERVAL, 700);
	set(&now.settings, SHUTTLE_RISE, 4);
	body = (struct shuttle_service){ .name = "a" };
}

START_TEST(nothing_said_keeps_all_but_two)
{
	shuttle_merge_service(&now, &body, SHUTTLE_V01);
	ck_assert_str_eq(now.address, ":1");
	ck_assert_str_eq(now.settings.balance, "LC");
	ck_assert_uint_eq(now.settings.number[SHUTTLE_CHECK_INTERVAL], 700);
	ck_assert(!now.settings.https_redirect);
	ck_assert(!now.maintenance_mode);
}
END_TEST

START_TEST(zero_keeps_in_v01_alone)
{
	set(&body.settings, SHUTTLE_CHECK_INTERVAL, 0);
	set(&body.settings, SHUTTLE_RISE, 0);
	shuttle_merge_service(&now, &body, SHUTTLE_V01);
	ck_assert_uint_eq(now.settings.number[SHUTTLE_CHECK_INTERVAL], 700);
	shuttle_merge_service(&now, &body, SHUTTLE_README);
	ck_assert_uint_eq(now.settings.number[SHUTTLE_CHECK_INTERVAL], 0);
	ck_assert_uint_eq(now.settings.number[SHUTTLE_RISE], 4);
}
END_TEST

START_TEST(a_list_replaces)
{
	struct shuttle_backend backends[2] = { { .name = "x", .address = ":2" },
					       { .address = ":3", .weight = 5 } };

	body.backends_said = true;
	body.backends = backends;
	body.backend_count = 2;
	shuttle_merge_service(&now, &body, SHUTTLE_V01);
	ck_assert_uint_eq(now.backend_count, 2);
	ck_assert_int_eq(now.backends[0].weight, 1);
	ck_assert_str_eq(now.backends[0].check_address, "");
	ck_assert_str_eq(now.backends[1].name, ":3");
	ck_assert_int_eq(now.backends[1].weight, 5);
	body.backend_count = 0;
	shuttle_merge_service(&now, &body, SHUTTLE_V01);
	ck_assert_uint_eq(now.backend_count, 0);
}
END_TEST

START_TEST(new_services_get_globals_then_shuttles_own)
{
	struct shuttle_settings globals = { .balance = "LC", .https_redirect = true };

	set(&globals, SHUTTLE_CLIENT_TIMEOUT, 900);
	shuttle_merge_initial(&body, &globals, SHUTTLE_V01);
	ck_assert_str_eq(body.settings.balance, "LC");
	ck_assert_str_eq(body.network, "tcp");
	ck_assert_str_eq(body.address, "");
	ck_assert_uint_eq(body.settings.number[SHUTTLE_CLIENT_TIMEOUT], 900);
	ck_assert_uint_eq(body.settings.number[SHUTTLE_CHECK_INTERVAL], 5000);
	ck_assert_uint_eq(body.settings.number[SHUTTLE_RISE], 2);
	ck_assert_uint_eq(body.settings.number[SHUTTLE_CONNECT_TIMEOUT], 0);
	ck_assert(!body.settings.https_redirect);
}
END_TEST

START_TEST(globals_overwrite_what_is_not_zero)
{
	struct shuttle_settings globals = { .balance = "LC" }, more = { .https_redirect = true };

	set(&globals, SHUTTLE_FALL, 3);
	set(&more, SHUTTLE_FALL, 0);
	set(&more, SHUTTLE_RISE, 7);
	shuttle_merge_globals(&globals, &more);
	ck_assert_str_eq(globals.balance, "LC");
	ck_assert_uint_eq(globals.number[SHUTTLE_FALL], 3);
	ck_assert_uint_eq(globals.number[SHUTTLE_RISE], 7);
	ck_assert(!globals.https_redirect);
}
END_TEST

Suite *shuttle_merge_suite(void)
{
	Suite *suite = suite_create("shuttle_merge");
	TCase *tc = tcase_create("shuttle_merge");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, nothing_said_keeps_all_but_two);
	tcase_add_test(tc, zero_keeps_in_v01_alone);
	tcase_add_test(tc, a_list_replaces);
	tcase_add_test(tc, new_services_get_globals_then_shuttles_own);
	tcase_add_test(tc, globals_overwrite_what_is_not_zero);
	suite_add_tcase(suite, tc);
	return suite;
}
