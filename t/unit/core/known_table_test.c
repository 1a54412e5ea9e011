/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/known_table.h"

Suite *known_table_suite(void);

static struct slice key_of(const char *key, const char *address, const char *vassal)
{
	static char bufs[2][KNOWN_TABLE_KEY];
	static unsigned next;
	struct subscription s = { 0 };

	if (key != NULL)
		s.key = slice_of(key);
	s.address = slice_of(address);
	s.vassal = slice_of(vassal);
	return known_table_key(&s, bufs[next++ % 2]);
}

START_TEST(instances_that_differ_have_keys_that_differ)
{
	ck_assert(!slice_equal(key_of("k", "a", ""), key_of("k", "b", "")));
	ck_assert(!slice_equal(key_of("k", "a", ""), key_of("l", "a", "")));
	ck_assert(!slice_equal(key_of("ka", "a", ""), key_of("k", "aa", "")));
	ck_assert(!slice_equal(key_of("k", "a", ""), key_of("k", "", "a")));
	ck_assert(slice_equal(key_of("k", "a", "v"), key_of("k", "a", "w")));
}
END_TEST

/* What a uWSGI server accepts need not have the pair. */
START_TEST(no_key_is_the_empty_key)
{
	ck_assert(slice_equal(key_of(NULL, "a", ""), key_of("", "a", "")));
}
END_TEST

Suite *known_table_suite(void)
{
	Suite *suite = suite_create("known_table");
	TCase *keys = tcase_create("keys");

	tcase_add_test(keys, instances_that_differ_have_keys_that_differ);
	tcase_add_test(keys, no_key_is_the_empty_key);
	suite_add_tcase(suite, keys);
	return suite;
}
