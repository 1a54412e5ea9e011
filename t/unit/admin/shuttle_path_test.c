/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "admin/shuttle_path.h"
#include "core/base.h"
#include "core/text.h"

Suite *shuttle_path_suite(void);

static const struct {
	const char *path, *clean;	/* NULL: it is clean */
} paths[] = {
	{ "/", NULL },
	{ "/web", NULL },
	{ "/web/", NULL },
	{ "/web/one", NULL },
	{ "/...", NULL },
	{ "", "/" },
	{ "//", "/" },
	{ "//web", "/web" },
	{ "/web//", "/web/" },
	{ "/./web", "/web" },
	{ "/web/.", "/web" },
	{ "/web/..", "/" },
	{ "/web/../", "/" },
	{ "/../..", "/" },
	{ "/a/b/../c d", "/a/c%20d" },
	{ "//\xc3\xa9?", "/%C3%A9%3F" },
	{ "web", "/web" },
};

START_TEST(it_is_cleaned)
{
	struct text out;

	text_init(&out);
	ck_assert_int_eq(shuttle_path_clean(paths[_i].path, &out), paths[_i].clean != NULL);
	ck_assert_str_eq(text_cstr(&out), paths[_i].clean != NULL ? paths[_i].clean : "");
	text_close(&out);
}
END_TEST

static const struct {
	const char *path;
	unsigned    count;
	const char *name[2];
} splits[] = {
	{ "/", 0, { NULL, NULL } },
	{ "/web", 1, { "web", NULL } },
	{ "/web/", 2, { "web", "" } },
	{ "/web/one", 2, { "web", "one" } },
	{ "/web/one/", 3, { "web", "one" } },
	{ "/a/b/c", 3, { "a", "b" } },
};

START_TEST(it_is_split)
{
	char path[64];
	struct shuttle_path to;

	strcpy(path, splits[_i].path);
	shuttle_path_split(path, &to);
	ck_assert_uint_eq(to.count, splits[_i].count);
	for (unsigned i = 0; i < to.count && i < 2; i++)
		ck_assert_str_eq(to.name[i], splits[_i].name[i]);
}
END_TEST

START_TEST(ours_stay_ours)
{
	static const char *const ours[] = { "/_v1", "/_v1/x", "/metrics", "/_health", "/_page/" };
	static const char *const others[] = { "/", "/_v10", "/_config", "/web/_v1", "/metric" };

	for (size_t i = 0; i < COUNT(ours); i++)
		ck_assert(shuttle_path_ours(ours[i]));
	for (size_t i = 0; i < COUNT(others); i++)
		ck_assert(!shuttle_path_ours(others[i]));
}
END_TEST

Suite *shuttle_path_suite(void)
{
	Suite *suite = suite_create("shuttle_path");
	TCase *tc = tcase_create("shuttle_path");

	tcase_add_loop_test(tc, it_is_cleaned, 0, COUNT(paths));
	tcase_add_loop_test(tc, it_is_split, 0, COUNT(splits));
	tcase_add_test(tc, ours_stay_ours);
	suite_add_tcase(suite, tc);
	return suite;
}
