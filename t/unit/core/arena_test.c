/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/arena.h"

Suite *arena_suite(void);

static bool filled(const unsigned char *bytes, size_t size, unsigned char value)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

START_TEST(pieces_are_zeroed_aligned_and_apart)
{
	struct arena *arena = arena_new();
	unsigned char *pieces[500];

	for (size_t i = 0; i < 500; i++) {
		pieces[i] = arena_alloc(arena, i * 37 % 3000);
		ck_assert_uint_eq((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		ck_assert(filled(pieces[i], i * 37 % 3000, 0));
		memset(pieces[i], (int)i & 0xff, i * 37 % 3000);
	}
	for (size_t i = 0; i < 500; i++)
		ck_assert(filled(pieces[i], i * 37 % 3000, i & 0xff));
	arena_free(arena);
}
END_TEST

START_TEST(a_piece_may_be_bigger_than_a_chunk)
{
	struct arena *arena = arena_new();
	char *small = arena_strdup(arena, "before");
	char *big = arena_alloc(arena, 1 << 20);

	big[(1 << 20) - 1] = 'x';
	ck_assert_str_eq(small, "before");
	ck_assert_str_eq(arena_strdup(arena, "after"), "after");
	arena_free(arena);
}
END_TEST

START_TEST(texts_are_copied)
{
	struct arena *arena = arena_new();
	char source[] = "one two";

	ck_assert_str_eq(arena_copy(arena, (struct slice){ source, 3 }), "one");
	ck_assert_str_eq(arena_copy(arena, (struct slice){ NULL, 0 }), "");
	ck_assert_str_eq(arena_printf(arena, "%s-%d", source, 5), "one two-5");
	ck_assert_str_eq(arena_printf(arena, "%s", ""), "");
	ck_assert_uint_eq(strlen(arena_printf(arena, "%5000d", 1)), 5000);
	arena_free(arena);
	arena_free(NULL);
}
END_TEST

Suite *arena_suite(void)
{
	Suite *suite = suite_create("arena");
	TCase *tests = tcase_create("arena");

	tcase_add_test(tests, pieces_are_zeroed_aligned_and_apart);
	tcase_add_test(tests, a_piece_may_be_bigger_than_a_chunk);
	tcase_add_test(tests, texts_are_copied);
	suite_add_tcase(suite, tests);
	return suite;
}
