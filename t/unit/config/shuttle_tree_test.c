/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "config/shuttle_merge.h"
#include "config/shuttle_tree.h"
#include "core/arena.h"
#include "core/base.h"
#include "core/json_node.h"
#include "core/text.h"

Suite *shuttle_tree_suite(void);

static struct arena *arena;
static struct conf_errors errors;
static struct text out;

static void setup(void)
{
	arena = arena_new();
	conf_errors_init(&errors, arena);
	text_init(&out);
}

static void teardown(void)
{
	text_close(&out);
	conf_errors_close(&errors);
	arena_free(arena);
}

static const char *printed(const struct node *node)
{
	text_clear(&out);
	json_node_print(node, 0, &out);
	return text_cstr(&out);
}

static struct node *parse(const char *text)
{
	char why[JSON_NODE_WHY];
	struct node *node = json_node_read(slice_of(text), arena, why);

	ck_assert_msg(node != NULL, "%s", why);
	return node;
}

/* What shuttle has no word for stays, in the service, its first listener and its backends. */
START_TEST(what_it_has_no_word_for_stays)
{
	struct shuttle_backend b = { .name = "b", .address = "10.0.0.1:81",
				     .check_address = "10.0.0.1:82", .weight = 1 };
	struct shuttle_service s = { .name = "a", .address = "127.0.0.1:2", .network = "tcp",
				     .backends = &b, .backend_count = 1, .backends_said = true };
	const struct node *now = parse(
		"{\"max_connections\": 9, \"listen\": [{\"address\": \"127.0.0.1:1\", "
		"\"backlog\": 7}, \"127.0.0.1:3\"], \"check\": {\"type\": \"tcp\", \"interval\": "
		"\"9s\", \"initial\": \"down\"}, \"client_timeout\": \"1s\", \"backends\": "
		"{\"b\": {\"address\": \"10.0.0.1:80\", \"weight\": 3, \"state\": \"drain\"}, "
		"\"c\": {\"address\": \"10.0.0.2:80\"}}}");
	const struct shuttle_settings none = { .given = 0 };

	shuttle_merge_initial(&s, &none, SHUTTLE_V01);
	ck_assert_str_eq(printed(shuttle_tree_service(&s, now, arena, &errors)),
		"{\n  \"max_connections\": 9,\n  \"listen\": [\n"
		"    {\"address\": \"127.0.0.1:2\", \"backlog\": 7},\n    \"127.0.0.1:3\"\n  ],\n"
		"  \"check\": {\"type\": \"tcp\", \"interval\": \"5s\", \"initial\": \"down\", "
		"\"rise\": 2, \"fall\": 2},\n  \"backends\": {\n"
		"    \"b\": {\n      \"address\": \"10.0.0.1:81\",\n"
		"      \"state\": \"drain\",\n"
		"      \"check\": {\"address\": \"10.0.0.1:82\"}\n    }\n  },\n"
		"  \"balance\": \"round_robin\"\n}");
	/* the tree that it was made from is as it was */
	ck_assert_uint_eq(node_get(now, "backends")->count, 2);
}
END_TEST

START_TEST(networks_that_are_none_are_refused)
{
	struct shuttle_backend b = { .name = "b", .address = ":1", .check_address = "",
				     .weight = 1, .network = "udp4" };

	ck_assert_ptr_null(shuttle_tree_backend(&b, NULL, arena, &errors));
	b.network = "unix";
	ck_assert_ptr_null(shuttle_tree_backend(&b, NULL, arena, &errors));
	ck_assert_uint_eq(errors.errors, 2);
	b.network = "tcp6";
	ck_assert_str_eq(printed(shuttle_tree_backend(&b, NULL, arena, &errors)),
			 "{\"address\": \":1\", \"check\": false, "
			 "\"shuttle\": \"{\\\"network\\\":\\\"tcp6\\\"}\"}");
}
END_TEST

START_TEST(globals_are_a_section)
{
	struct shuttle_settings globals = { .balance = "LC" };

	ck_assert_str_eq(printed(shuttle_tree_globals(&(struct shuttle_settings){ .given = 0 },
						      arena)), "{}");
	globals.number[SHUTTLE_RISE] = 3;
	globals.number[SHUTTLE_CHECK_INTERVAL] = 1500;
	ck_assert_str_eq(printed(shuttle_tree_globals(&globals, arena)),
			 "{\"balance\": \"least_connections\", \"check_interval\": \"1500ms\", "
			 "\"rise\": 3}");
}
END_TEST

START_TEST(what_has_no_effect_is_named)
{
	struct shuttle_service s = { .network = "tcp", .maintenance_mode = true };

	ck_assert_str_eq(shuttle_tree_ignored(&s, arena), "maintenance_mode");
	s.network = "tcp4";
	s.virtual_hosts = parse("[\"a\"]");
	ck_assert_str_eq(shuttle_tree_ignored(&s, arena),
			 "virtual_hosts, maintenance_mode, network");
	s = (struct shuttle_service){ .virtual_hosts = parse("[]") };
	ck_assert_ptr_null(shuttle_tree_ignored(&s, arena));
}
END_TEST

START_TEST(names_are_checked)
{
	ck_assert(shuttle_tree_check_name("service", "web", &errors));
	ck_assert(!shuttle_tree_check_name("service", "a/b", &errors));
	ck_assert(!shuttle_tree_check_name("service", "metrics", &errors));
	ck_assert_ptr_nonnull(strstr(errors.list[0].message, "service a/b: "));
}
END_TEST

Suite *shuttle_tree_suite(void)
{
	Suite *suite = suite_create("shuttle_tree");
	TCase *tc = tcase_create("shuttle_tree");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_it_has_no_word_for_stays);
	tcase_add_test(tc, networks_that_are_none_are_refused);
	tcase_add_test(tc, globals_are_a_section);
	tcase_add_test(tc, what_has_no_effect_is_named);
	tcase_add_test(tc, names_are_checked);
	suite_add_tcase(suite, tc);
	return suite;
}
