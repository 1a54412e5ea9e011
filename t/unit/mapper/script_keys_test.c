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

/* Keys with one set of rows. */
static uint64_t alike(unsigned i)
{
	return 7 + ((uint64_t)(2 * i + 1) << 32);
}

static unsigned count(enum script_key what, uint64_t now_ms)
{
	unsigned n = 0;

	for (unsigned i = 0; i < SCRIPT_KEYS_WAYS; i++)
		n += script_keys_get(keys, alike(i), now_ms) == what;
	return n;
}

/* One of twenty was forgotten for a key that is held, now and then: both had one place. */
START_TEST(keys_with_one_place_are_remembered_together)
{
	for (unsigned i = 0; i < SCRIPT_KEYS_WAYS - 1; i++)
		script_keys_answered(keys, alike(i), 5000);
	script_keys_hold(keys, alike(SCRIPT_KEYS_WAYS - 1), 5000);
	ck_assert_uint_eq(count(KEY_ANSWERED, 5000), SCRIPT_KEYS_WAYS - 1);
	ck_assert_uint_eq(count(KEY_HELD, 5000), 1);
	/* one more: the one that was met the longest ago is forgotten */
	script_keys_answered(keys, alike(0), 5000);
	script_keys_answered(keys, alike(100), 5000);
	ck_assert_int_eq(script_keys_get(keys, alike(100), 5000), KEY_ANSWERED);
	ck_assert_int_eq(script_keys_get(keys, alike(0), 5000), KEY_ANSWERED);
	ck_assert_int_eq(script_keys_get(keys, alike(1), 5000), KEY_NEW);
	ck_assert_uint_eq(count(KEY_HELD, 5000), 1);
}
END_TEST

START_TEST(held_keys_are_not_forgotten_for_one_that_is_answered)
{
	uint64_t now = 5000 + SCRIPT_KEYS_HELD_MS;

	for (unsigned i = 0; i < SCRIPT_KEYS_WAYS; i++)
		script_keys_hold(keys, alike(i), 5000);
	script_keys_answered(keys, alike(100), 5000);
	ck_assert_uint_eq(count(KEY_HELD, 5000), SCRIPT_KEYS_WAYS);
	ck_assert_int_eq(script_keys_get(keys, alike(100), 5000), KEY_NEW);
	script_keys_hold(keys, alike(100), 5000);
	ck_assert_int_eq(script_keys_get(keys, alike(100), 5000), KEY_HELD);
	ck_assert_uint_eq(count(KEY_HELD, 5000), SCRIPT_KEYS_WAYS - 1);
	script_keys_answered(keys, alike(101), now);
	ck_assert_int_eq(script_keys_get(keys, alike(101), now), KEY_ANSWERED);
}
END_TEST

Suite *script_keys_suite(void)
{
	Suite *s = suite_create("script_keys");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_key_is_held_for_a_time_or_until_it_is_answered);
	tcase_add_test(t, keys_with_one_place_are_remembered_together);
	tcase_add_test(t, held_keys_are_not_forgotten_for_one_that_is_answered);
	suite_add_tcase(s, t);
	return s;
}
