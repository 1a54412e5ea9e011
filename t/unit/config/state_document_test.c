/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "config/state_document.h"
#include "core/arena.h"
#include "core/text.h"

Suite *state_document_suite(void);

static struct arena *arena;
static struct text text;
static struct state_document document;
static char why[STATE_DOCUMENT_WHY];

static const char body[] =
	"{\n\"format\": 2,\n\"heddle\": \"1\",\n\"generation\": 7,\n\"base\": {\"services\": {}},\n"
	"\"running\": {\"services\": {\"web\": {\"listen\": \":80\"}}},\n"
	"\"health\": {\"web/one\": \"down\"}";

static void setup(void)
{
	const struct slice pieces[] = { { body, 10 }, slice_of(body + 10) };

	arena = arena_new();
	text_init(&text);
	text_puts(&text, body);
	state_document_seal(pieces, COUNT(pieces), &text);
}

static void teardown(void)
{
	text_close(&text);
	arena_free(arena);
}

static bool reads(struct slice bytes)
{
	why[0] = '\0';
	return state_document_read(bytes, arena, &document, why);
}

START_TEST(all_of_it)
{
	ck_assert_msg(reads(text_slice(&text)), "%s", why);
	ck_assert_uint_eq(document.generation, 7);
	ck_assert(!document.unsealed);
	ck_assert_ptr_nonnull(node_get(node_get(document.running, "services"), "web"));
	ck_assert_ptr_nonnull(document.base);
	ck_assert(slice_is(node_get(document.health, "web/one")->value, "down"));
}
END_TEST

/* One damaged bit of any byte, and the end cut off anywhere. */
START_TEST(any_damage_is_noticed)
{
	size_t end = text.len - 1;	/* the line's end behind the last brace is nobody's */

	for (size_t i = 0; i < end; i++) {
		ck_assert_msg(!reads((struct slice){ text.data, i }), "cut at %zu", i);
		ck_assert(why[0] != '\0');
		for (unsigned bit = 0; bit < 8; bit++) {
			text.data[i] ^= (char)(1u << bit);
			ck_assert_msg(!reads(text_slice(&text)), "byte %zu bit %u", i, bit);
			ck_assert(why[0] != '\0');
			text.data[i] ^= (char)(1u << bit);
		}
	}
	ck_assert(reads((struct slice){ text.data, end }));
}
END_TEST

/* The first format ends with another checksum: each document with its own alone. */
START_TEST(format_1_is_read)
{
	static const char sum_1[] = ",\n\"checksum\": \"9c4bd1faf584d89c\"\n}\n";
	char *format;

	text_truncate(&text, sizeof(body) - 1);
	text_puts(&text, sum_1);
	ck_assert(!reads(text_slice(&text)));
	format = strstr(text.data, "2,");
	*format = '1';
	ck_assert_msg(reads(text_slice(&text)), "%s", why);
	ck_assert(!document.unsealed);
	*strstr(text.data, "80") = '9';
	ck_assert(!reads(text_slice(&text)));
	ck_assert_msg(strstr(why, "the checksum is wrong") != NULL, "%s", why);
}
END_TEST

START_TEST(an_edit_says_so)
{
	char *weight = strstr(text.data, "80");

	*weight = '9';
	ck_assert(!reads(text_slice(&text)));
	ck_assert_msg(strstr(why, "removes the member \"checksum\"") != NULL, "%s", why);
	text_truncate(&text, sizeof(body) - 1);
	text_puts(&text, "}");
	ck_assert_msg(reads(text_slice(&text)), "%s", why);
	ck_assert(document.unsealed);
}
END_TEST

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "", "it is empty" },
	{ "{", "line 1" },
	{ "[]", "this is no state file" },
	{ "{\"format\": 1}", "this is no state file" },
	{ "{\"format\": 3, \"running\": {}}", "format 3 is of a newer heddle" },
	{ "{\"format\": \"1\", \"running\": {}}", "format: a number" },
	{ "{\"format\": 0, \"running\": {}}", "format: a number" },
	{ "{\"format\": 1, \"running\": []}", "running: a mapping is expected, not a list" },
	{ "{\"format\": 1, \"running\": {}, \"base\": 1}", "base: a mapping" },
	{ "{\"format\": 1, \"running\": {}, \"health\": \"x\"}", "health: a mapping" },
	{ "{\"format\": 1, \"running\": {}, \"generation\": -1}", "generation: a number" },
	{ "{\"format\": 1, \"running\": {}, \"more\": 1}", "\"more\" is no member" },
	{ "{\"format\": 1, \"running\": {}, \"checksum\": 5}", "the checksum is wrong" },
	{ "{\"format\": 2, \"running\": {}, \"checksum\": 5}", "the checksum is wrong" },
};

START_TEST(what_is_wrong_is_told)
{
	ck_assert(!reads(slice_of(wrong[_i].text)));
	ck_assert_msg(strstr(why, wrong[_i].why) != NULL, "%s: %s", wrong[_i].text, why);
}
END_TEST

Suite *state_document_suite(void)
{
	Suite *suite = suite_create("state_document");
	TCase *tcase = tcase_create("state_document");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, all_of_it);
	tcase_add_test(tcase, any_damage_is_noticed);
	tcase_add_test(tcase, format_1_is_read);
	tcase_add_test(tcase, an_edit_says_so);
	tcase_add_loop_test(tcase, what_is_wrong_is_told, 0, COUNT(wrong));
	suite_add_tcase(suite, tcase);
	return suite;
}
