/* SPDX-License-Identifier: BSD-2-Clause */
/* From the bytes of shuttle's documents to a configuration, and back to the bytes. */
#include <check.h>
#include <string.h>

#include "config/config.h"
#include "config/config_load.h"
#include "config/shuttle_config.h"
#include "config/shuttle_document.h"
#include "core/arena.h"
#include "core/base.h"
#include "core/text.h"

Suite *shuttle_document_suite(void);

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

/* NULL: told. */
static struct config *load(const char *text)
{
	struct config_source source = { .text = slice_of(text) };
	struct config_file *file = config_load(&source, false, &errors);
	struct config *config = file != NULL ? config_new(file) : NULL;

	config_load_free(file);
	return config;
}

static const char *first_error(void)
{
	return errors.count != 0 ? errors.list[0].message : "no error";
}

#define TIMES(interval, client) \
	"      \"check_interval\": " interval ",\n      \"fall\": 2,\n      \"rise\": 2,\n" \
	"      \"client_timeout\": " client ",\n      \"server_timeout\": 0,\n" \
	"      \"connect_timeout\": 0,\n"

static const char full[] =
	"{\n  \"balance\": \"LC\",\n  \"check_interval\": 1500,\n  \"fall\": 0,\n  \"rise\": 0,\n"
	"  \"client_timeout\": 0,\n  \"server_timeout\": 0,\n  \"connect_timeout\": 0,\n"
	"  \"https-redirect\": false,\n  \"services\": [\n"
	"    {\n      \"name\": \"a\",\n      \"address\": \"127.0.0.1:9001\",\n"
	"      \"network\": \"tcp\",\n      \"balance\": \"LC\",\n" TIMES("1500", "250")
	"      \"https-redirect\": false,\n"
	"      \"backends\": [\n"
	"        {\n          \"name\": \"z\",\n          \"address\": \"10.0.0.1:80\",\n"
	"          \"check_address\": \"10.0.0.9:81\",\n          \"weight\": 3\n        },\n"
	"        {\n          \"name\": \"b\",\n          \"address\": \"10.0.0.2:80\",\n"
	"          \"network\": \"tcp4\",\n"
	"          \"check_address\": \"\",\n          \"weight\": 1\n        }\n      ],\n"
	"      \"maintenance_mode\": false\n    },\n"
	"    {\n      \"name\": \"vhost\",\n      \"address\": \"\",\n"
	"      \"network\": \"tcp6\",\n      \"balance\": \"RR\",\n" TIMES("5000", "0")
	"      \"https-redirect\": true,\n"
	"      \"virtual_hosts\": [\n        \"a\\u0026b.example\"\n      ],\n"
	"      \"error_pages\": {\n        \"http://a/\\u003c\": [\n          502,\n          503\n"
	"        ],\n        \"http://b/\": []\n      },\n"
	"      \"maintenance_mode\": true\n    }\n  ]\n}\n";

START_TEST(a_document_comes_back_byte_by_byte)
{
	text_printf(&out, "admin: {shuttle: v0.1, listen: [\"127.0.0.1:9090\"]}\n");
	struct shuttle_reader in = { SHUTTLE_V01, arena, &errors };
	struct node *tree = shuttle_document_parse(&in, slice_of(full));

	ck_assert_msg(tree != NULL, "%s", first_error());
	ck_assert_int_eq(errors.warnings, 1);
	text_clear(&out);
	/* as YAML, of which JSON is a part: the same */
	text_puts(&out, full);
	text_truncate(&out, out.len - 2);
	text_puts(&out, ", \"admin\": {\"shuttle\": \"v0.1\"}}\n");
	struct config *config = load(text_cstr(&out));

	ck_assert_msg(config != NULL, "%s", first_error());
	text_clear(&out);
	shuttle_config_print(config, shuttle_config_dialect(config->settings), &out);
	ck_assert_str_eq(text_cstr(&out), full);
	config_free(config);
}
END_TEST

START_TEST(readme_is_a_list_in_seconds)
{
	struct config *config = load(
		"[{\"name\": \"a\", \"Address\": \"127.0.0.1:9001\", \"check_interval\": 0.25,\n"
		"\"client_timeout\": 30, \"unknown\": {}, \"backends\": [{\"name\": \"b\",\n"
		"\"address\": \"10.0.0.1:80\", \"weight\": 0, \"check_address\": null}]}]");

	ck_assert_msg(config != NULL, "%s", first_error());
	shuttle_config_print(config, SHUTTLE_README, &out);
	ck_assert_str_eq(text_cstr(&out),
		"[\n  {\n    \"name\": \"a\",\n    \"address\": \"127.0.0.1:9001\",\n"
		"    \"network\": \"tcp\",\n    \"balance\": \"RR\",\n"
		"    \"check_interval\": 0.25,\n    \"fall\": 2,\n    \"rise\": 2,\n"
		"    \"client_timeout\": 30,\n    \"server_timeout\": 0,\n"
		"    \"connect_timeout\": 0,\n    \"https-redirect\": false,\n"
		"    \"backends\": [\n      {\n        \"name\": \"b\",\n"
		"        \"address\": \"10.0.0.1:80\",\n        \"check_address\": \"\",\n"
		"        \"weight\": 1\n      }\n    ],\n    \"maintenance_mode\": false\n"
		"  }\n]\n");
	config_free(config);
}
END_TEST

START_TEST(nothing_is_an_empty_list)
{
	struct config *config = load("[]");

	ck_assert_msg(config != NULL, "%s", first_error());
	shuttle_config_print(config, SHUTTLE_README, &out);
	ck_assert_str_eq(text_cstr(&out), "[]\n");
	text_clear(&out);
	shuttle_config_print(config, SHUTTLE_V01, &out);
	ck_assert_ptr_nonnull(strstr(text_cstr(&out), "  \"services\": null\n}\n"));
	config_free(config);
}
END_TEST

/* A service without checks keeps what it was told about them. */
START_TEST(no_checks_keep_rise_and_fall)
{
	struct config *config = load(
		"[{\"name\": \"a\", \"address\": \"127.0.0.1:9001\", \"check_interval\": 0,\n"
		"\"rise\": 4, \"backends\": [{\"name\": \"b\", \"address\": \"10.0.0.1:80\",\n"
		"\"check_address\": \"10.0.0.1:81\"}]}]");

	ck_assert_msg(config != NULL, "%s", first_error());
	shuttle_config_print(config, SHUTTLE_README, &out);
	ck_assert_ptr_nonnull(strstr(text_cstr(&out), "\"check_interval\": 0,\n"));
	ck_assert_ptr_nonnull(strstr(text_cstr(&out), "\"fall\": 2,\n    \"rise\": 4,\n"));
	ck_assert_ptr_nonnull(strstr(text_cstr(&out), "\"check_address\": \"10.0.0.1:81\""));
	config_free(config);
}
END_TEST

static const struct {
	const char *text, *why;
} wrong[] = {
	{ "[{\"name\": \"a\", \"address\": \":1\", \"server_timeout\": 5000}]",
	  "5000 seconds? set admin.shuttle to v0.1 for milliseconds, or to readme" },
	{ "[{\"name\": \"a\", \"address\": \":1\", \"server_timeout\": \"5\"}]",
	  "json: cannot unmarshal string into Go struct field ServiceConfig.server_timeout of "
	  "type float64" },
	{ "[{\"name\": \"a\", \"address\": \":1\", \"rise\": 1.5}]",
	  "json: cannot unmarshal number 1.5 into Go struct field ServiceConfig.rise of type int" },
	{ "[{\"name\": \"a\", \"address\": \":1\", \"network\": \"sctp\"}]",
	  "Error: unknown network 'sctp'" },
	{ "[{\"name\": \"a\", \"address\": \":1\", \"network\": \"udp\"}]",
	  "network 'udp': UDP services are not in this version" },
	{ "[7]", "json: cannot unmarshal number 7 into Go value of type client.ServiceConfig" },
	{ "[{\"name\": \"a\", \"address\": \":1\", \"client_timeout\": -1}]", "-1 is negative" },
	{ "[{\"address\": \":1\"}]", "a service without a name" },
};

START_TEST(it_is_refused)
{
	ck_assert_ptr_null(load(wrong[_i].text));
	ck_assert_str_eq(first_error(), wrong[_i].why);
}
END_TEST

/* Chosen in words, large numbers of seconds are meant. */
START_TEST(readme_in_words_takes_any_number)
{
	struct config *config = load("{\"admin\": {\"shuttle\": \"readme\"}, \"services\":\n"
		"[{\"name\": \"a\", \"address\": \":1\", \"server_timeout\": 5000}]}");

	ck_assert_msg(config != NULL, "%s", first_error());
	shuttle_config_print(config, shuttle_config_dialect(config->settings), &out);
	ck_assert_ptr_nonnull(strstr(text_cstr(&out), "\"server_timeout\": 5000,"));
	config_free(config);
}
END_TEST

/* A list of services in heddle's own shape stays what it is. */
START_TEST(our_own_list_is_no_document)
{
	struct config *config = load(
		"services:\n  - {name: a, listen: \":1\", backends: [\"10.0.0.1:80\"]}\n");

	ck_assert_msg(config != NULL, "%s", first_error());
	config_free(config);
}
END_TEST

Suite *shuttle_document_suite(void)
{
	Suite *suite = suite_create("shuttle_document");
	TCase *tc = tcase_create("shuttle_document");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_document_comes_back_byte_by_byte);
	tcase_add_test(tc, readme_is_a_list_in_seconds);
	tcase_add_test(tc, nothing_is_an_empty_list);
	tcase_add_test(tc, no_checks_keep_rise_and_fall);
	tcase_add_loop_test(tc, it_is_refused, 0, COUNT(wrong));
	tcase_add_test(tc, readme_in_words_takes_any_number);
	tcase_add_test(tc, our_own_list_is_no_document);
	suite_add_tcase(suite, tc);
	return suite;
}
