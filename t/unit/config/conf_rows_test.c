/* SPDX-License-Identifier: BSD-2-Clause */
/* A directive whose words are the rows of a table. */
#include <check.h>

#include "config/conf_types.h"
#include "core/arena.h"
#include "core/text.h"

Suite *conf_rows_suite(void);

static const char *name(size_t row, const char **aliases)
{
	static const char *const names[] = { "apple", "pear" };

	*aliases = row == 1 ? "birne poire" : NULL;
	return row < COUNT(names) ? names[row] : NULL;
}

static const struct conf_names fruits = { name, "plum" };
static const struct directive fruit = { .name = "fruit", .type = &conf_row, .extra = &fruits };

static const char *text_of(int row, struct text *out)
{
	text_init(out);
	conf_row.print(&row, &fruit, out);
	return text_cstr(out);
}

/* What a word gives, -1 when it is refused with `said`. */
static int row_of(const char *word, const char *said)
{
	struct arena *arena = arena_new();
	struct conf_errors errors;
	struct conf_place place = { .name = "fruit", .arena = arena, .errors = &errors };
	struct node node = { .kind = NODE_SCALAR, .value = slice_of(word) };
	struct text out;
	int row = -1;
	bool good;

	conf_errors_init(&errors, arena);
	text_init(&out);
	good = conf_row.parse(&node, &fruit, &place, &row);
	conf_errors_print(&errors, &out);
	ck_assert_msg(good == (said == NULL), "%s", text_cstr(&out));
	if (said != NULL)
		ck_assert_msg(strstr(text_cstr(&out), said) != NULL, "%s", text_cstr(&out));
	text_close(&out);
	conf_errors_close(&errors);
	arena_free(arena);
	return row;
}

START_TEST(the_value_of_a_word_is_its_row)
{
	struct text out;

	ck_assert_int_eq(row_of("apple", NULL), 0);
	ck_assert_int_eq(row_of("pear", NULL), 1);
	ck_assert_int_eq(row_of("birne", NULL), 1);
	ck_assert_int_eq(row_of("poire", NULL), 1);
	ck_assert_str_eq(text_of(1, &out), "pear");
	text_close(&out);
}
END_TEST

START_TEST(a_wrong_word_is_answered_with_the_names)
{
	ck_assert_int_eq(row_of("aple", "\"aple\" is not one of apple pear; did you mean"), -1);
	ck_assert_int_eq(row_of("plum", "\"plum\" is not in this version; it has: apple pear"),
			 -1);
	ck_assert_int_eq(row_of("birne poire", "is not one of"), -1);
}
END_TEST

Suite *conf_rows_suite(void)
{
	Suite *s = suite_create("conf_rows");
	TCase *tc = tcase_create("conf_rows");

	tcase_add_test(tc, the_value_of_a_word_is_its_row);
	tcase_add_test(tc, a_wrong_word_is_answered_with_the_names);
	suite_add_tcase(s, tc);
	return s;
}
