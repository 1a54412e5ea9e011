/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/uwsgi_words.h"

#include <check.h>

#include "core/arena.h"
#include "core/text.h"

Suite *uwsgi_words_suite(void);

static void note(struct slice name, const char *where, void *arg)
{
	text_printf(arg, "%s%.*s ", where, SHOWN(name));
}

START_TEST(the_last_value_counts)
{
	struct uwsgi_words words = { .arena = arena_new() };
	struct text unused;

	text_init(&unused);
	uwsgi_words_set(&words, slice_of("a"), "1", "1:");
	uwsgi_words_set(&words, slice_of("b"), "2", "2:");
	uwsgi_words_set(&words, slice_of("a"), "3", "3:");
	uwsgi_words_set(&words, slice_of("c"), "4", "4:");
	uwsgi_words_set(&words, slice_of("option"), "5", NULL);
	ck_assert_str_eq(uwsgi_words_find('(', slice_of("a"), &words), "3");
	ck_assert_str_eq(uwsgi_words_find('(', slice_of("option"), &words), "5");
	ck_assert_ptr_null(uwsgi_words_find('(', slice_of("d"), &words));
	uwsgi_words_unused(&words, note, &unused);
	ck_assert_str_eq(text_cstr(&unused), "2:b 4:c ");
	text_close(&unused);
	arena_free(words.arena);
}
END_TEST

static const struct {
	const char *file, *p, *d, *c, *s, *n, *e;
} files[] = {
	{ "/no/such/a.b.ini", "/no/such/a.b.ini", "/no/such/", "such", "a.b.ini", "a.b", "ini" },
	{ "/a", "/a", "/", "", "a", "a", "" },
	{ "no_such.ini", "no_such.ini", "", "", "no_such.ini", "no_such", "ini" },
	{ "/no/such/.x", "/no/such/.x", "/no/such/", "such", ".x", "", "x" },
};

static const char *part(struct uwsgi_words *words, char kind)
{
	return uwsgi_words_find(kind, slice_of(""), words);
}

START_TEST(parts_of_a_path)
{
	struct uwsgi_words words = { .arena = arena_new(), .file = files[_i].file };

	ck_assert_str_eq(part(&words, 'p'), files[_i].p);
	ck_assert_str_eq(part(&words, 'd'), files[_i].d);
	ck_assert_str_eq(part(&words, 'c'), files[_i].c);
	ck_assert_str_eq(part(&words, 's'), files[_i].s);
	ck_assert_str_eq(part(&words, 'n'), files[_i].n);
	ck_assert_str_eq(part(&words, 'e'), files[_i].e);
	ck_assert_ptr_nonnull(part(&words, 'h'));
	ck_assert_ptr_nonnull(part(&words, 'v'));
	ck_assert_ptr_null(part(&words, 'k'));
	arena_free(words.arena);
}
END_TEST

Suite *uwsgi_words_suite(void)
{
	Suite *suite = suite_create("uwsgi_words");
	TCase *tcase = tcase_create("uwsgi_words");

	tcase_add_test(tcase, the_last_value_counts);
	tcase_add_loop_test(tcase, parts_of_a_path, 0, COUNT(files));
	suite_add_tcase(suite, tcase);
	return suite;
}
