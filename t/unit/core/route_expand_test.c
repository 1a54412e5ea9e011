/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/route_expand.h"

Suite *route_expand_suite(void);

static char out[ROUTE_EXPAND_MAX];

static struct slice key(const char *text)
{
	return slice_of(text);
}

START_TEST(a_base_takes_the_key_behind_it)
{
	ck_assert(route_expand_base("/run/", key("example.com"), out));
	ck_assert_str_eq(out, "/run/example.com");
	ck_assert(route_expand_base("/run/", key("example.com:8000"), out));
	ck_assert_str_eq(out, "/run/example.com:8000");
}
END_TEST

/* fastrouter went where these say. */
START_TEST(a_key_cannot_leave_the_folder)
{
	static const struct slice bad[] = {
		{ "", 0 }, { "..", 2 }, { "../x", 4 }, { ".hidden", 7 }, { "a/b", 3 },
		{ "/etc/x", 6 }, { "a\0b", 3 }, { "a/../../b", 9 },
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		ck_assert(!route_expand_base("/run/", bad[i], out));
		ck_assert(!route_expand_pattern("/run/%s/s", bad[i], out));
	}
}
END_TEST

static const struct pattern {
	const char *pattern, *address;
} patterns[] = {
	{ "/run/%s/app.sock", "/run/k/app.sock" }, { "%s", "k" }, { "/100%%/%s", "/100%/k" },
	{ "/%s/%s", "/k/k" }, { "/a%(b)%s", "/a%(b)k" }, { "/a%xb%s", "/abk" }, { "/%s%", "/k" },
	{ "127.0.0.1:%s", "127.0.0.1:k" },
};

START_TEST(a_pattern_has_the_forms_of_uwsgi)
{
	ck_assert(route_expand_pattern(patterns[_i].pattern, key("k"), out));
	ck_assert_str_eq(out, patterns[_i].address);
}
END_TEST

START_TEST(groups_go_where_the_address_names_them)
{
	struct slice groups[ROUTE_EXPAND_GROUPS] = { { "whole", 5 }, { "one", 3 }, { "two", 3 } };

	ck_assert(route_expand_groups("/run/$1/\\2.sock", groups, out));
	ck_assert_str_eq(out, "/run/one/two.sock");
	ck_assert(route_expand_groups("/$0/$$x/\\\\y/$a$", groups, out));
	ck_assert_str_eq(out, "/whole/$x/\\y/$a$");
	/* a group that took no part, and one that leaves the folder */
	ck_assert(!route_expand_groups("/run/$3", groups, out));
	groups[1] = slice_of("..");
	ck_assert(!route_expand_groups("/run/$1", groups, out));
	ck_assert(route_expand_groups("/run/$2", groups, out));
}
END_TEST

/* $1 and $2, an address, and what it becomes; NULL: nothing. */
static const struct grouped {
	const char *one, *two, *address, *wanted;
} grouped[] = {
	{ "", "b", "/run/$1$2", "/run/b" }, { "a", "", "/run/$1$2.sock", "/run/a.sock" },
	{ "a", ".org", "/run/$1$2", "/run/a.org" }, { "a", "..", "/run/$1$2", "/run/a.." },
	{ "a", "b", "/run/$11$2", "/run/a1b" }, { "a", "b", "/$2$$1", "/b$1" },
	{ "a", "b", "/run/.$1/$2", "/run/.a/b" }, { "", "1", "h:$1$2", "h:1" },
	{ "", "b", "/run/$1/$2", NULL }, { "", "", "/run/$1$2", NULL },
	{ "", "", "/run/$1.sock", NULL }, { "", ".org", "/run/$1$2", NULL },
	{ ".", ".", "/run/$1$2/x", NULL }, { ".", "x", "/run/.$1/x", NULL },
	{ "", "", "/run/$1.$2./x", NULL }, { ".", ".", "/run/.$1$2/x", NULL },
	{ "a/b", "", "/run/$1", NULL }, { ".", "", "/run/$1/x", NULL }, { "", "", "$1", NULL },
	{ "..", "", "$1/x", NULL },
};

START_TEST(groups_make_no_part_of_a_path_empty_or_hidden)
{
	const struct grouped *g = &grouped[_i];
	struct slice groups[ROUTE_EXPAND_GROUPS] = { { "whole", 5 }, slice_of(g->one),
						     slice_of(g->two) };

	ck_assert_int_eq(route_expand_groups(g->address, groups, out), g->wanted != NULL);
	if (g->wanted != NULL)
		ck_assert_str_eq(out, g->wanted);
}
END_TEST

START_TEST(an_address_that_is_too_long_is_none)
{
	char base[ROUTE_EXPAND_MAX];

	memset(base, 'x', sizeof(base));
	base[ROUTE_EXPAND_MAX - 4] = '\0';
	ck_assert(route_expand_base(base, key("abc"), out));
	ck_assert_uint_eq(strlen(out), ROUTE_EXPAND_MAX - 1);
	ck_assert(!route_expand_base(base, key("abcd"), out));
	ck_assert(!route_expand_pattern("%s%s%s", (struct slice){ base, 255 }, out));
	ck_assert(!route_expand_groups("", NULL, out));
	ck_assert(!route_expand_groups("/$0$0$0/$0", (struct slice[ROUTE_EXPAND_GROUPS]){
		{ base, 255 } }, out));
}
END_TEST

Suite *route_expand_suite(void)
{
	Suite *s = suite_create("route_expand");
	TCase *tc = tcase_create("route_expand");

	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_base_takes_the_key_behind_it);
	tcase_add_test(tc, a_key_cannot_leave_the_folder);
	tcase_add_loop_test(tc, a_pattern_has_the_forms_of_uwsgi, 0, COUNT(patterns));
	tcase_add_test(tc, groups_go_where_the_address_names_them);
	tcase_add_loop_test(tc, groups_make_no_part_of_a_path_empty_or_hidden,
			    0, COUNT(grouped));
	tcase_add_test(tc, an_address_that_is_too_long_is_none);
	return s;
}
