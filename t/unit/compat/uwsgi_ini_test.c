/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/uwsgi_ini.h"

#include <check.h>
#include <stdlib.h>

#include "core/text.h"

Suite *uwsgi_ini_suite(void);

/* All pairs of a section as "line:key=value;", without "=" where there was none. */
static const char *pairs(const char *file, const char *section)
{
	static struct text out;
	struct uwsgi_ini_pair pair;
	struct uwsgi_ini ini;

	text_clear(&out);
	uwsgi_ini_open(&ini, slice_of(file), slice_of(section));
	while (uwsgi_ini_next(&ini, &pair)) {
		text_printf(&out, "%u:%.*s", pair.line, SHOWN(pair.key));
		if (pair.has_value)
			text_printf(&out, "=%.*s", SHOWN(pair.value));
		text_putc(&out, ';');
	}
	ck_assert_int_eq(ini.found, out.len != 0);
	return text_cstr(&out);
}

START_TEST(reads_pairs_of_a_section)
{
	ck_assert_str_eq(pairs("a = 0\n[uwsgi]\na=1\n\n\t b \t=\t c d \t\n[x]\na=2\n[uwsgi]\nc",
			       "uwsgi"), "3:a=1;5:b=c d;9:c;");
	ck_assert_str_eq(pairs("[uwsgi]\na=1\n[x]\na=2\n", "x"), "4:a=2;");
	ck_assert_str_eq(pairs("[uwsgi]\na=1\n", "y"), "");
	ck_assert_str_eq(pairs("  [uwsgi]  \r\na = 1\r\nb\r\n", "uwsgi"), "2:a=1;3:b;");
	ck_assert_str_eq(pairs("", "uwsgi"), "");
	ck_assert_str_eq(pairs("[", "uwsgi"), "");
	ck_assert_str_eq(pairs("[]\na=1", ""), "2:a=1;");
}
END_TEST

START_TEST(keeps_what_stands_in_a_value)
{
	ck_assert_str_eq(pairs("[uwsgi]\n# x\n ; y\na = \"b\" # c ; d\ne==f\n=g\nh=\n", "uwsgi"),
			 "4:a=\"b\" # c ; d;5:e==f;6:=g;7:h=;");
}
END_TEST

START_TEST(splits_file_and_section)
{
	static const char *const rows[][3] = {
		{ "a.ini", "a.ini", "uwsgi" }, { "a.ini:b", "a.ini", "b" },
		{ "a:b.ini:c", "a:b.ini", "c" }, { "a.ini:", "a.ini", "uwsgi" },
		{ ":b", "", "b" }, { "", "", "uwsgi" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice file, section;

		uwsgi_ini_split(slice_of(rows[i][0]), &file, &section);
		ck_assert(slice_is(file, rows[i][1]));
		ck_assert(slice_is(section, rows[i][2]));
	}
}
END_TEST

static const char *find(char kind, struct slice name, void *arg)
{
	(void)arg;
	if (kind == '(' && slice_is(name, "known"))
		return "%s$(x)";
	if (kind == '$' && slice_is(name, "SET"))
		return "set";
	return kind == 'd' ? "/d/" : NULL;
}

static const char *expanded(const char *value, size_t len)
{
	static struct text out;
	const char *why = "";

	text_clear(&out);
	if (!uwsgi_ini_expand((struct slice){ value, len }, find, NULL, &out, &why)) {
		ck_assert_ptr_nonnull(why);
		return NULL;
	}
	return text_cstr(&out);
}

#define EXPANDED(value) expanded(value, sizeof(value) - 1)

START_TEST(expands_percent_signs_only)
{
	ck_assert_str_eq(EXPANDED("/run/%%s/x"), "/run/%s/x");
	ck_assert_str_eq(EXPANDED("%%%%"), "%%");
	ck_assert_str_eq(EXPANDED("$a@b("), "$a@b(");
	ck_assert_str_eq(EXPANDED(""), "");
	ck_assert_str_eq(EXPANDED("%dx%(known)-$(SET)%%(known)"), "/d/x%s$(x)-set%(known)");
	ck_assert_ptr_null(EXPANDED("%(known"));
	ck_assert_ptr_null(EXPANDED("$(known"));
	ck_assert_ptr_null(EXPANDED("%()"));
	ck_assert_ptr_null(EXPANDED("/run/%s/x"));
	ck_assert_ptr_null(EXPANDED("%"));
	ck_assert_ptr_null(EXPANDED("%%%"));
	ck_assert_ptr_null(EXPANDED("%(a)"));
	ck_assert_ptr_null(EXPANDED("$(HOME)"));
	ck_assert_ptr_null(EXPANDED("@(/etc/passwd)"));
	ck_assert_ptr_null(EXPANDED("a\0b"));
}
END_TEST

Suite *uwsgi_ini_suite(void)
{
	Suite *suite = suite_create("uwsgi_ini");
	TCase *tcase = tcase_create("uwsgi_ini");

	tcase_add_test(tcase, reads_pairs_of_a_section);
	tcase_add_test(tcase, keeps_what_stands_in_a_value);
	tcase_add_test(tcase, splits_file_and_section);
	tcase_add_test(tcase, expands_percent_signs_only);
	suite_add_tcase(suite, tcase);
	return suite;
}
