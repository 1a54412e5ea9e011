/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>

#include "mapper/script_keys.h"

Suite *script_keys_suite(void);

static struct script_keys *keys;

static void setup(void)
{
	keys = calloc(1, sizeof(*keys));
	ck_assert_ptr_nonnull(keys);
}

static void teardown(void)
{
	free(keys);
}

START_TEST(a_key_is_held_for_a_time_or_until_it_is_answered)
{
	uint64_t a = script_keys_hash(slice_of("a")), b = script_keys_hash(slice_of("b"));

	ck_assert_uint_eq(script_keys_hash(slice_of("a")), a);
	ck_assert_uint_ne(a, b);
	ck_assert_int_eq(script_keys_get(keys, a, 5000), KEY_NEW);
	script_keys_answered(keys, a, 5000);
	ck_assert_int_eq(script_keys_get(keys, a, 5000), KEY_ANSWERED);
	script_keys_hold(keys, a, 5000);
	ck_assert_int_eq(script_keys_get(keys, a, 4000 + SCRIPT_KEYS_HELD_MS), KEY_HELD);
	ck_assert_int_eq(script_keys_get(keys, a, 5000 + SCRIPT_KEYS_HELD_MS), KEY_NEW);
	ck_assert_int_eq(script_keys_get(keys, b, 5000), KEY_NEW);
	script_keys_hold(keys, a, 5000);
	script_keys_answered(keys, a, 6000);
	ck_assert_int_eq(script_keys_get(keys, a, 6000), KEY_ANSWERED);
}
END_TEST

/* Two keys with one place: the one that is held stays, for its time. */
START_TEST(a_held_key_is_not_forgotten_for_one_that_is_answered)
{
	uint64_t a = 7, b = 7 + ((uint64_t)9 << 32);

	script_keys_hold(keys, a, 5000);
	script_keys_answered(keys, b, 5000);
	ck_assert_int_eq(script_keys_get(keys, a, 5000), KEY_HELD);
	ck_assert_int_eq(script_keys_get(keys, b, 5000), KEY_NEW);
	script_keys_answered(keys, b, 5000 + SCRIPT_KEYS_HELD_MS);
	ck_assert_int_eq(script_keys_get(keys, b, 5000 + SCRIPT_KEYS_HELD_MS), KEY_ANSWERED);
	script_keys_hold(keys, a, 50000);
	ck_assert_int_eq(script_keys_get(keys, a, 50000), KEY_HELD);
	ck_assert_int_eq(script_keys_get(keys, b, 50000), KEY_NEW);
}
END_TEST

Suite *script_keys_suite(void)
{
	Suite *s = suite_create("script_keys");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_key_is_held_for_a_time_or_until_it_is_answered);
	tcase_add_test(t, a_held_key_is_not_forgotten_for_one_that_is_answered);
	suite_add_tcase(s, t);
	return s;
}
