/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as text, there and back; and what a choice brings along, inherited or not. */
#include "fixture.h"

#include "config/conf_bytes.h"

Suite *conf_bytes_suite(void);

static const struct directive send_row = { .name = "send", .type = &conf_bytes };

static const char *field_of(struct arena *arena, struct slice written)
{
	struct conf_errors errors;
	struct conf_place place = { .name = "send", .arena = arena, .errors = &errors };
	struct node node = { .kind = NODE_SCALAR, .value = written };
	const char *field = NULL;

	conf_errors_init(&errors, arena);
	if (!conf_bytes.parse(&node, &send_row, &place, &field))
		field = "refused";
	conf_errors_close(&errors);
	return field;
}

static const struct {
	const char *written;
	size_t      len;
	const char *field, *bytes;
	size_t      count;
} cases[] = {
	{ "PING\\r\\n", 8, "PING\r\n", "PING\r\n", 6 },
	{ "PING\r\n", 6, "PING\r\n", "PING\r\n", 6 },
	{ "a\\x00b\\xFf\\x41", 14, "a\\x00b\\xffA", "a\0b\xff" "A", 5 },
	{ "a\0b", 3, "a\\x00b", "a\0b", 3 },
	{ "\\\\x00", 5, "\\\\x00", "\\x00", 4 },
	{ "\\x5cn", 5, "\\\\n", "\\n", 2 },
	{ "\\x0d\\t\x01\x7f", 8, "\r\t\\x01\\x7f", "\r\t\x01\x7f", 4 },
	{ "\xc3\xa4", 2, "\xc3\xa4", "\xc3\xa4", 2 },
	{ "\\", 1, "refused", NULL, 0 },
	{ "\\q", 2, "refused", NULL, 0 },
	{ "\\x1", 3, "refused", NULL, 0 },
	{ "\\xg0", 4, "refused", NULL, 0 },
	{ "\\x\x10\x11", 4, "refused", NULL, 0 },
};

START_TEST(bytes_are_read_and_decoded)
{
	struct arena *arena = arena_new();
	const char *field = field_of(arena, (struct slice){ cases[_i].written, cases[_i].len });
	struct text bytes;

	ck_assert_str_eq(field, cases[_i].field);
	text_init(&bytes);
	if (cases[_i].bytes != NULL) {
		ck_assert_str_eq(field_of(arena, slice_of(field)), field);
		conf_bytes_append(field, &bytes);
		ck_assert_uint_eq(bytes.len, cases[_i].count);
		ck_assert_mem_eq(bytes.data, cases[_i].bytes, bytes.len);
	}
	text_close(&bytes);
	arena_free(arena);
}
END_TEST

START_TEST(there_are_so_many)
{
	struct arena *arena = arena_new();
	char many[CONF_BYTES + 1];

	memset(many, 'x', sizeof(many));
	ck_assert_str_eq(field_of(arena, (struct slice){ many, sizeof(many) }), "refused");
	ck_assert_uint_eq(strlen(field_of(arena, (struct slice){ many, sizeof(many) - 1 })),
			  CONF_BYTES);
	arena_free(arena);
}
END_TEST

static const char checks[] =
	"defaults: {check: {type: http, path: /d, headers: {A: b}, body_regex: \"o+k\"}}\n"
	"services:\n"
	"  same: {listen: ':1', check: {path: /s, status: [200, 204-206]}, backends: []}\n"
	"  none: {listen: ':2', backends: []}\n"
	"  tcp: {listen: ':3', check: tcp, backends: []}\n"
	"  word: {listen: ':4', check: http, backends: []}\n"
	"  expect: {listen: ':5', check: {type: expect, send: 'a\\x00'}, backends: []}\n";

static void check_is(const struct loaded *l, size_t service, const char *wanted)
{
	struct text out;

	text_init(&out);
	conf_print(&nth_conf(l, service)->check, &config_check_section, &out);
	ck_assert_str_eq(text_cstr(&out), wanted);
	text_close(&out);
}

START_TEST(a_choice_brings_its_directives)
{
	struct loaded l;

	load_good(&l, checks);
	check_is(&l, 0, "{type: http, path: /s, headers: {\"A\": \"b\"}, "
		 "status: \"200,204-206\", body_regex: \"o+k\"}");
	check_is(&l, 1, "{type: http, path: /d, headers: {\"A\": \"b\"}, body_regex: \"o+k\"}");
	check_is(&l, 2, "{}");
	check_is(&l, 3, "{type: http, path: /d, headers: {\"A\": \"b\"}, body_regex: \"o+k\"}");
	check_is(&l, 4, "{type: expect, send: \"a\\\\x00\"}");
	unload(&l);
	load_good(&l, "services: {a: {listen: ':1', check: http, backends: []}}\n");
	check_is(&l, 0, "{type: http}");
	unload(&l);
}
END_TEST

/* What was inherited and is no more leaves nothing behind that differs from load to load. */
START_TEST(the_same_text_is_the_same_configuration)
{
	struct loaded l, again;
	struct config_diff diff;

	load_good(&l, checks);
	load_good(&again, checks);
	ck_assert(diff_loaded(&l, &again, &diff));
	ck_assert_uint_eq(diff.count, 0);
	unload(&l);
	unload(&again);
}
END_TEST

Suite *conf_bytes_suite(void)
{
	Suite *s = suite_create("conf_bytes");
	TCase *tc = tcase_create("conf_bytes");

	tcase_add_loop_test(tc, bytes_are_read_and_decoded, 0,
			    (int)(sizeof(cases) / sizeof(cases[0])));
	tcase_add_test(tc, there_are_so_many);
	tcase_add_test(tc, a_choice_brings_its_directives);
	tcase_add_test(tc, the_same_text_is_the_same_configuration);
	suite_add_tcase(s, tc);
	return s;
}
