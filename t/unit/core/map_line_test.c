/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/base.h"
#include "core/cache_value.h"
#include "core/map_line.h"

Suite *map_line_suite(void);

#define NODES "127.0.0.1:9|127.0.0.1:8,3"

/* value NULL: the line is bad; key NULL: it means nothing. */
static const struct {
	const char *line, *nodes, *key, *value;
} cases[] = {
	{ "unbit.it 127.0.0.1:4040", NULL, "unbit.it", "127.0.0.1:4040" },
	{ "unbit.it,5 127.0.0.1:4040", NULL, "unbit.it", "127.0.0.1:4040,5" },
	{ "unbit.it,5 127.0.0.1:4040 127.0.0.1:4041,0", NULL, "unbit.it",
	  "127.0.0.1:4040,5|127.0.0.1:4041,0" },
	{ "a,b,7 127.0.0.1:1|127.0.0.1:2", NULL, "a,b", "127.0.0.1:1,7|127.0.0.1:2,7" },
	{ "  \ta\t127.0.0.1:1\r", NULL, "a", "127.0.0.1:1" },
	{ "a 127.0.0.1:1||127.0.0.1:2|", NULL, "a", "127.0.0.1:1|127.0.0.1:2" },
	{ "a", NODES, "a", NODES },
	{ "a,4\r", NODES, "a", "127.0.0.1:9,4|127.0.0.1:8,3" },
	{ "a 127.0.0.1:1", NODES, "a", "127.0.0.1:1" },
	{ "", NULL, NULL, "" },
	{ " \r", NODES, NULL, "" },
	{ "# a 127.0.0.1:1", NODES, NULL, "" },
	{ "  #", NODES, NULL, "" },
	{ "a", NULL, NULL, NULL },
	{ "a |", NULL, NULL, NULL },
	{ "a, 127.0.0.1:1", NULL, NULL, NULL },
	{ ",5 127.0.0.1:1", NULL, NULL, NULL },
	{ "a,256 127.0.0.1:1", NULL, NULL, NULL },
	{ "a,x 127.0.0.1:1", NULL, NULL, NULL },
	{ "a nonsense", NULL, NULL, NULL },
	{ "a 127.0.0.1:1 nonsense", NULL, NULL, NULL },
	{ "a\001b 127.0.0.1:1", NULL, NULL, NULL },
	{ "a\177 127.0.0.1:1", NULL, NULL, NULL },
};

START_TEST(lines)
{
	static char out[MAP_LINE_VALUE];
	char why[CACHE_VALUE_WHY] = "";
	struct slice key, value;
	enum map_line is = map_line_read(slice_of(cases[_i].line), cases[_i].nodes, &key, out,
					 &value, why);

	if (cases[_i].key == NULL) {
		ck_assert_int_eq(is, cases[_i].value == NULL ? MAP_LINE_BAD : MAP_LINE_NONE);
		ck_assert(is == MAP_LINE_NONE || why[0] != '\0');
		return;
	}
	ck_assert_msg(is == MAP_LINE_ITEM, "%s: %s", cases[_i].line, why);
	ck_assert_msg(slice_is(key, cases[_i].key), "%.*s", SHOWN(key));
	ck_assert_msg(slice_is(value, cases[_i].value), "%.*s", SHOWN(value));
}
END_TEST

static enum map_line read_bytes(const char *bytes, size_t len)
{
	static char out[MAP_LINE_VALUE];
	char why[CACHE_VALUE_WHY];
	struct slice key, value;

	return map_line_read((struct slice){ bytes, len }, NULL, &key, out, &value, why);
}

START_TEST(nul_bytes_are_refused)
{
	ck_assert_int_eq(read_bytes("a\0b 127.0.0.1:1", 15), MAP_LINE_BAD);
	ck_assert_int_eq(read_bytes("a 127.0.0.1:1\0", 14), MAP_LINE_BAD);
	ck_assert_int_eq(read_bytes("a,5\0 127.0.0.1:1", 16), MAP_LINE_BAD);
}
END_TEST

START_TEST(long_lines)
{
	static char text[70000];

	memset(text, 'x', sizeof(text));
	memcpy(text + 255, " 127.0.0.1:1", 12);
	ck_assert_int_eq(read_bytes(text, 267), MAP_LINE_ITEM);
	ck_assert_int_eq(read_bytes("a", 1), MAP_LINE_BAD);
	text[255] = 'x';
	text[256] = ' ';
	ck_assert_int_eq(read_bytes(text, 268), MAP_LINE_BAD);
	for (size_t i = 2; i + 12 < sizeof(text); i += 12)
		memcpy(text + i, "127.0.0.1:1 ", 12);
	memcpy(text, "a ", 2);
	ck_assert_int_eq(read_bytes(text, 2 + 12 * 1000), MAP_LINE_ITEM);
	ck_assert_int_eq(read_bytes(text, 2 + 12 * 5000), MAP_LINE_BAD);
}
END_TEST

Suite *map_line_suite(void)
{
	Suite *suite = suite_create("map_line");
	TCase *tests = tcase_create("map_line");

	tcase_add_loop_test(tests, lines, 0, COUNT(cases));
	tcase_add_test(tests, nul_bytes_are_refused);
	tcase_add_test(tests, long_lines);
	suite_add_tcase(suite, tests);
	return suite;
}
