/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_options.h"

#include <check.h>
#include <stdlib.h>

#include "compat/program.h"
#include "core/arena.h"
#include "core/text.h"

Suite *fastrouter_options_suite(void);

static struct arena *arena;
static struct fastrouter_options options;

static void setup(void)
{
	arena = arena_new();
	fastrouter_options_init(&options, arena);
}

static void teardown(void)
{
	arena_free(arena);
}

static void set(const char *name, const char *value)
{
	const struct fastrouter_option *option = fastrouter_options_find(slice_of(name));

	ck_assert_ptr_nonnull(option);
	fastrouter_options_set(&options, option, value, "--");
}

START_TEST(begins_with_the_originals_defaults)
{
	ck_assert_uint_eq(options.processes, 1);
	ck_assert_uint_eq(options.max_retries, FASTROUTER_RETRIES_ALL);
	ck_assert_uint_eq(options.gracetime, 30);
	ck_assert_uint_eq(options.post_buffering, 0);
	ck_assert_int_eq(options.status, COMPAT_GO_ON);
}
END_TEST

START_TEST(keeps_lists_in_order)
{
	set("fastrouter-to", "a");
	set("fastrouter-to", "b");
	set("fastrouter-fallback", "c");
	set("fastrouter-to", "a");
	ck_assert_uint_eq(options.nodes.count, 3);
	ck_assert_str_eq(options.nodes.items[0], "a");
	ck_assert_str_eq(options.nodes.items[1], "b");
	ck_assert_str_eq(options.nodes.items[2], "a");
	ck_assert_uint_eq(options.fallbacks.count, 1);
	ck_assert_uint_eq(options.listen.count, 0);
}
END_TEST

START_TEST(takes_the_last_text)
{
	set("uid", "a");
	set("uid", "b");
	ck_assert_str_eq(options.uid, "b");
	set("chmod-socket", NULL);
	ck_assert_str_eq(options.chmod_socket, "");
	set("chmod", "660");
	ck_assert_str_eq(options.chmod_socket, "660");
}
END_TEST

START_TEST(reads_switches_as_uwsgi)
{
	static const char *const no[] = { "false", "FALSE", "off", "No", "0" };
	static const char *const yes[] = { "true", "1", "on", "", "nope" };

	for (size_t i = 0; i < COUNT(no); i++) {
		set("fastrouter-cheap", NULL);
		ck_assert(options.cheap);
		set("fastrouter-cheap", no[i]);
		ck_assert(!options.cheap);
		set("fastrouter-cheap", yes[i]);
		ck_assert(options.cheap);
	}
}
END_TEST

START_TEST(reads_leading_digits)
{
	set("fastrouter-timeout", "12x");
	ck_assert_uint_eq(options.timeout, 12);
	set("fastrouter-timeout", "0");
	ck_assert_uint_eq(options.timeout, 0);
	set("fastrouter-timeout", "2147483647");
	ck_assert_uint_eq(options.timeout, 2147483647);
	ck_assert_int_eq(options.status, COMPAT_GO_ON);
}
END_TEST

START_TEST(refuses_bad_values)
{
	static const char *const bad[] = { NULL, "", "x", "-1", " 1", "2147483648",
					   "99999999999999999999999" };

	for (size_t i = 0; i < COUNT(bad); i++) {
		options.status = COMPAT_GO_ON;
		set("listen", bad[i]);
		ck_assert_int_eq(options.status, 2);
	}
	options.status = COMPAT_GO_ON;
	set("fastrouter-use-base", NULL);
	ck_assert_int_eq(options.status, 2);
}
END_TEST

START_TEST(accepts_without_effect)
{
	const struct fastrouter_options before = options;

	set("master", NULL);
	set("plugins", "fastrouter");
	set("vacuum", "true");
	set("fastrouter-events", "64");
	ck_assert_mem_eq(&before, &options, sizeof(options));
}
END_TEST

START_TEST(finds_letters)
{
	ck_assert_str_eq(fastrouter_options_letter('l')->name, "listen");
	ck_assert_str_eq(fastrouter_options_letter('M')->name, "master");
	ck_assert_ptr_null(fastrouter_options_letter('s'));
	ck_assert_ptr_null(fastrouter_options_letter('\0'));
	ck_assert_ptr_null(fastrouter_options_find(slice_of("fastrouter-")));
	ck_assert_ptr_null(fastrouter_options_find(slice_of("")));
}
END_TEST

START_TEST(refuses_names)
{
	static const char *const names[] = { "socket", "cache2", "fastrouter-t", "x", "" };

	for (size_t i = 0; i < COUNT(names); i++) {
		options.status = COMPAT_GO_ON;
		fastrouter_options_refuse(&options, slice_of(names[i]), "--");
		ck_assert_int_eq(options.status, 2);
	}
}
END_TEST

Suite *fastrouter_options_suite(void)
{
	Suite *suite = suite_create("fastrouter_options");
	TCase *tcase = tcase_create("fastrouter_options");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, begins_with_the_originals_defaults);
	tcase_add_test(tcase, keeps_lists_in_order);
	tcase_add_test(tcase, takes_the_last_text);
	tcase_add_test(tcase, reads_switches_as_uwsgi);
	tcase_add_test(tcase, reads_leading_digits);
	tcase_add_test(tcase, refuses_bad_values);
	tcase_add_test(tcase, accepts_without_effect);
	tcase_add_test(tcase, finds_letters);
	tcase_add_test(tcase, refuses_names);
	suite_add_tcase(suite, tcase);
	return suite;
}
