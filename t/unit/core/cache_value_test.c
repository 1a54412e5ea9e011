/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "core/cache_value.h"

Suite *cache_value_suite(void);

/* The members of a value as "ADDRESS/MODIFIER1/MODIFIER2 ...", a bad one as "!". */
static const struct {
	const char *value, *members;
	bool        ok;
} cases[] = {
	{ "127.0.0.1:4040", "127.0.0.1:4040/0/0 ", true },
	{ "127.0.0.1:4040,5", "127.0.0.1:4040/5/0 ", true },
	{ "127.0.0.1:4040,5,255", "127.0.0.1:4040/5/255 ", true },
	{ "127.0.0.1:1|127.0.0.1:2,7", "127.0.0.1:1/0/0 127.0.0.1:2/7/0 ", true },
	{ "[::1]:80,1|/run/a.sock,2|@abs,3", "[::1]:80/1/0 /run/a.sock/2/0 @abs/3/0 ", true },
	{ ":4040", ":4040/0/0 ", true },	/* of this machine */
	{ ":4040,5|127.0.0.1:1", ":4040/5/0 127.0.0.1:1/0/0 ", true },
	{ ":0", "! ", false },
	{ ":70000", "! ", false },
	{ ":4040x", "! ", false },
	{ "::1:80", "! ", false },
	{ ":", "! ", false },
	{ "4040", "! ", false },
	/* fault 28 of uWSGI's: empty members */
	{ "127.0.0.1:1||127.0.0.1:2", "127.0.0.1:1/0/0 127.0.0.1:2/0/0 ", true },
	{ "127.0.0.1:1|", "127.0.0.1:1/0/0 ", true },
	{ "|127.0.0.1:1", "127.0.0.1:1/0/0 ", true },
	{ "", "", false },
	{ "|||", "", false },
	{ ",5", "! ", false },
	{ "127.0.0.1:1,", "! ", false },
	{ "127.0.0.1:1,256", "! ", false },
	{ "127.0.0.1:1,-1", "! ", false },
	{ "127.0.0.1:1, 5", "! ", false },
	{ "127.0.0.1:1,5,", "! ", false },
	{ "127.0.0.1:1,5,1,1", "! ", false },
	{ "127.0.0.1:1,0005", "! ", false },
	{ "127.0.0.1:70000|127.0.0.1:1", "! 127.0.0.1:1/0/0 ", false },
	{ "name", "! ", false },
};

START_TEST(values)
{
	char seen[512] = "", why[CACHE_VALUE_WHY];
	struct slice rest = slice_of(cases[_i].value);
	struct cache_member m;
	enum cache_value_next next;

	while ((next = cache_value_next(&rest, &m, why)) != CACHE_VALUE_END) {
		size_t len = strlen(seen);

		if (next == CACHE_VALUE_BAD)
			snprintf(seen + len, sizeof(seen) - len, "! ");
		else
			snprintf(seen + len, sizeof(seen) - len, "%.*s/%u/%u ", SHOWN(m.text),
				 m.modifier1, m.modifier2);
	}
	ck_assert_str_eq(seen, cases[_i].members);
	ck_assert_msg(cache_value_check(slice_of(cases[_i].value), why) == cases[_i].ok, "%s: %s",
		      cases[_i].value, why);
}
END_TEST

START_TEST(a_nul_is_refused)
{
	char why[CACHE_VALUE_WHY];

	ck_assert(!cache_value_check((struct slice){ "127.0.0.1:1\0", 12 }, why));
	ck_assert(!cache_value_check((struct slice){ "127.0.0.1:1,5\0", 14 }, why));
	ck_assert(!cache_value_check((struct slice){ "/run/a\0b", 8 }, why));
}
END_TEST

/* A reason has room for what it is about. */
START_TEST(long_ones_are_refused)
{
	char text[20000], why[CACHE_VALUE_WHY];

	memset(text, '1', sizeof(text));
	ck_assert(!cache_value_check((struct slice){ text, sizeof(text) }, why));
	memcpy(text, "127.0.0.1:1,", 12);
	ck_assert(!cache_value_check((struct slice){ text, sizeof(text) }, why));
	ck_assert_int_lt((int)strlen(why), CACHE_VALUE_WHY);
	text[0] = '/';
	ck_assert(!cache_value_check((struct slice){ text, sizeof(text) }, why));
}
END_TEST

Suite *cache_value_suite(void)
{
	Suite *suite = suite_create("cache_value");
	TCase *tests = tcase_create("cache_value");

	tcase_add_loop_test(tests, values, 0, COUNT(cases));
	tcase_add_test(tests, a_nul_is_refused);
	tcase_add_test(tests, long_ones_are_refused);
	suite_add_tcase(suite, tests);
	return suite;
}
