/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/uwsgi_address.h"

#include <check.h>

#include "core/text.h"

Suite *uwsgi_address_suite(void);

static struct text out;

static void check_listen(const char *written, enum uwsgi_address kind, const char *wanted)
{
	const char *why = NULL;

	text_clear(&out);
	ck_assert_int_eq(uwsgi_address_listen(written, "/here", &out, &why), kind);
	if (kind == UWSGI_ADDRESS_BAD)
		ck_assert_ptr_nonnull(why);
	else
		ck_assert_str_eq(text_cstr(&out), wanted);
}

START_TEST(reads_what_is_listened_on)
{
	check_listen("127.0.0.1:3017", UWSGI_ADDRESS_TCP, "127.0.0.1:3017");
	check_listen("a.example:3017", UWSGI_ADDRESS_TCP, "a.example:3017");
	check_listen(":3017", UWSGI_ADDRESS_TCP, "0.0.0.0:3017");
	check_listen("[::1]:3017", UWSGI_ADDRESS_TCP, "[::1]:3017");
	check_listen("/run/a.sock", UWSGI_ADDRESS_UNIX, "/run/a.sock");
	check_listen("a.sock", UWSGI_ADDRESS_UNIX, "/here/a.sock");
	check_listen("@foobar", UWSGI_ADDRESS_ABSTRACT, "@foobar");
	check_listen("\\0foobar", UWSGI_ADDRESS_ABSTRACT, "@foobar");
	check_listen("@a:1", UWSGI_ADDRESS_ABSTRACT, "@a:1");
	check_listen("fd://7", UWSGI_ADDRESS_FD, "fd:7");
	check_listen("=0", UWSGI_ADDRESS_SHARED, "0");
}
END_TEST

START_TEST(refuses_what_cannot_be_listened_on)
{
	check_listen("", UWSGI_ADDRESS_BAD, NULL);
	check_listen("@", UWSGI_ADDRESS_BAD, NULL);
	check_listen("\\0", UWSGI_ADDRESS_BAD, NULL);
	check_listen("fd://", UWSGI_ADDRESS_BAD, NULL);
	check_listen("fd://a", UWSGI_ADDRESS_BAD, NULL);
	check_listen("=", UWSGI_ADDRESS_BAD, NULL);
	check_listen("=a", UWSGI_ADDRESS_BAD, NULL);
	check_listen("a:", UWSGI_ADDRESS_BAD, NULL);
	check_listen("a:b", UWSGI_ADDRESS_BAD, NULL);
	check_listen("1:2x", UWSGI_ADDRESS_BAD, NULL);
}
END_TEST

static void check_node(const char *written, enum uwsgi_address kind, const char *wanted, bool rest)
{
	const char *why = NULL;
	bool cut;

	text_clear(&out);
	ck_assert_int_eq(uwsgi_address_node(written, "/here", &out, &cut, &why), kind);
	ck_assert_int_eq(cut, rest);
	if (kind == UWSGI_ADDRESS_BAD)
		ck_assert_ptr_nonnull(why);
	else
		ck_assert_str_eq(text_cstr(&out), wanted);
}

START_TEST(reads_nodes)
{
	check_node("127.0.0.1:3031", UWSGI_ADDRESS_TCP, "127.0.0.1:3031", false);
	check_node("127.0.0.1:3031,5", UWSGI_ADDRESS_TCP, "127.0.0.1:3031", true);
	check_node("127.0.0.1:3031:x", UWSGI_ADDRESS_TCP, "127.0.0.1:3031", true);
	check_node(":3031", UWSGI_ADDRESS_TCP, "127.0.0.1:3031", false);
	check_node("[::1]:3031", UWSGI_ADDRESS_TCP, "[::1]:3031", false);
	check_node("name:3031", UWSGI_ADDRESS_TCP, "name:3031", false);
	check_node("/a", UWSGI_ADDRESS_UNIX, "/a", false);
	check_node("a/b", UWSGI_ADDRESS_UNIX, "/here/a/b", false);
	check_node("@a", UWSGI_ADDRESS_ABSTRACT, "@a", false);
	check_node("\\0a:1", UWSGI_ADDRESS_ABSTRACT, "@a:1", false);
	check_node("a:", UWSGI_ADDRESS_BAD, NULL, false);
	check_node("fd://3", UWSGI_ADDRESS_BAD, NULL, false);
	check_node("", UWSGI_ADDRESS_BAD, NULL, false);
	check_node("@", UWSGI_ADDRESS_BAD, NULL, false);
	check_node("[::1]", UWSGI_ADDRESS_UNIX, "/here/[::1]", false);
}
END_TEST

static const char *base(const char *written, bool is_folder)
{
	text_clear(&out);
	ck_assert_int_eq(uwsgi_address_base(written, "/he%re", &out), is_folder);
	return text_cstr(&out);
}

START_TEST(completes_bases)
{
	ck_assert_str_eq(base("/run/", true), "/run/");
	ck_assert_str_eq(base("/%s/", true), "/%s/");
	ck_assert_str_eq(base("run/", true), "/he%re/run/");
	ck_assert_str_eq(base("run", false), "/he%%re/run%s");
	ck_assert_str_eq(base("/run/app-", false), "/run/app-%s");
	ck_assert_str_eq(base("/100%/a", false), "/100%%/a%s");
	ck_assert_str_eq(base("@apps/", false), "@apps/%s");
	ck_assert_str_eq(base("\\0apps-", false), "@apps-%s");
	ck_assert_str_eq(base("127.0.0.1:", false), "127.0.0.1:%s");
}
END_TEST

static const char *pattern(const char *written, bool loses)
{
	bool dropped;

	text_clear(&out);
	uwsgi_address_pattern(written, "/a%s", &out, &dropped);
	ck_assert_int_eq(dropped, loses);
	return text_cstr(&out);
}

START_TEST(translates_patterns)
{
	ck_assert_str_eq(pattern("/run/%s/a", false), "/run/%s/a");
	ck_assert_str_eq(pattern("run/%s", false), "/a%%s/run/%s");
	ck_assert_str_eq(pattern("%s", false), "%s");
	ck_assert_str_eq(pattern("10.0.0.1:%s", false), "10.0.0.1:%s");
	ck_assert_str_eq(pattern("@%s", false), "@%s");
	ck_assert_str_eq(pattern("\\0%s", false), "@%s");
	ck_assert_str_eq(pattern("/%%s/%(x)/%", false), "/%%s/%%(x)/%%");
	ck_assert_str_eq(pattern("/%q%s%%%d", true), "/%s%%");
}
END_TEST

Suite *uwsgi_address_suite(void)
{
	Suite *suite = suite_create("uwsgi_address");
	TCase *tcase = tcase_create("uwsgi_address");

	tcase_add_test(tcase, reads_what_is_listened_on);
	tcase_add_test(tcase, refuses_what_cannot_be_listened_on);
	tcase_add_test(tcase, reads_nodes);
	tcase_add_test(tcase, completes_bases);
	tcase_add_test(tcase, translates_patterns);
	suite_add_tcase(suite, tcase);
	return suite;
}
