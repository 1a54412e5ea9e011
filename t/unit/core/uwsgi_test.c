/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/uwsgi.h"

Suite *uwsgi_suite(void);

/* A literal without its NUL. */
#define BLOCK(text) ((struct slice){ text, sizeof(text) - 1 })

START_TEST(the_size_is_little_endian)
{
	ck_assert_uint_eq(uwsgi_block_size("\0\x6b\x01\0"), 363);
	ck_assert_uint_eq(uwsgi_block_size("\x05\xff\xff\x07"), UWSGI_BLOCK_MAX);
	ck_assert_uint_eq(uwsgi_block_size("GET "), 0x5445);
	ck_assert_uint_eq(uwsgi_block_size("\0\0\0\0"), 0);
}
END_TEST

START_TEST(pairs_come_in_their_order)
{
	struct slice rest = BLOCK("\3\0one\1\0x\3\0two\0\0"), name, value;

	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_PAIR);
	ck_assert(slice_is(name, "one") && slice_is(value, "x"));
	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_PAIR);
	ck_assert(slice_is(name, "two") && value.len == 0);
	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_END);
	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_END);
}
END_TEST

static const struct slice malformed[] = {
	BLOCK("\1"),			/* half a length */
	BLOCK("\0\0"),			/* an empty name */
	BLOCK("\0\0\1\0x"),
	BLOCK("\1\0"),			/* a name that is not there */
	BLOCK("\4\0one"),
	BLOCK("\3\0one"),		/* no value */
	BLOCK("\3\0one\1"),		/* half the length of one */
	BLOCK("\3\0one\1\0"),		/* a value that is not there */
	BLOCK("\3\0one\xff\xff" "x"),
};

START_TEST(a_malformed_pair_is_not_taken)
{
	struct slice rest = malformed[_i], name, value;

	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_BAD);
	ck_assert_ptr_eq(rest.data, malformed[_i].data);
	ck_assert_uint_eq(rest.len, malformed[_i].len);
}
END_TEST

/* Every part of a whole block ends as END where a pair ends, and as BAD elsewhere. */
START_TEST(a_block_is_cut_at_each_byte)
{
	struct slice whole = BLOCK("\3\0one\1\0x\3\0two\0\0\2\0ab\3\0yyy");

	for (size_t len = 0; len <= whole.len; len++) {
		struct slice rest = { whole.data, len }, name, value;
		enum uwsgi_next next;

		while ((next = uwsgi_next(&rest, &name, &value)) == UWSGI_PAIR)
			;
		ck_assert_int_eq(next, len == 0 || len == 8 || len == 15 || len == 24 ? UWSGI_END
										    : UWSGI_BAD);
	}
}
END_TEST

Suite *uwsgi_suite(void)
{
	Suite *s = suite_create("uwsgi");
	TCase *c = tcase_create("packet");

	tcase_add_test(c, the_size_is_little_endian);
	tcase_add_test(c, pairs_come_in_their_order);
	tcase_add_loop_test(c, a_malformed_pair_is_not_taken, 0,
			    (int)(sizeof(malformed) / sizeof(*malformed)));
	tcase_add_test(c, a_block_is_cut_at_each_byte);
	suite_add_tcase(s, c);
	return s;
}
