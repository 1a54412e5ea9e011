/* SPDX-License-Identifier: BSD-2-Clause */
/* -T on its way back into a file. */
#include <check.h>

#include "fixture.h"

Suite *config_print_suite(void);

static const char everything[] =
	"user: nobody\n"
	"workers: auto\n"
	"pid_file: off\n"
	"log: {to: 'syslog:local1', level: warn, format: json, stats: 1h}\n"
	"access_log: {to: '/var/log/a \"b\" $$c.log', format: json, events: [start, end]}\n"
	"defaults: {connect_timeout: 250ms, keepalive: {idle: 90s}}\n"
	"services:\n"
	"  web:\n"
	"    listen: [':8080-8081', '[::1]:90', {address: /x/y, mode: 0600, user: root}, '@q', "
	"'fd:w']\n"
	"    balance: LC\n"
	"    check: {interval: 1s, rise: 1, initial: down}\n"
	"    passive: {failures: 4, initial: check}\n"
	"    access_log: {skip: [done, client_reset], sample: 9}\n"
	"    nodelay: off\n"
	"    backends:\n"
	"      one: {address: '10.0.0.1:80', weight: 0, check: {address: '10.0.0.9:1'}}\n"
	"      two: {address: '[::1]:80', state: maintenance, max_connections: 3}\n"
	"  first: {listen: ':1', balance: first, backends: ['/run/b', '@c', '[::2]:80', "
	"'10.0.0.1:1']}\n"
	"  http: {listen: ':3', check: {type: http, path: '/a?b=c', host: h, "
	"status: [200, 204-206], headers: {Accept: '*/*', X-Who: \"it's \\\"me\\\"\"}, "
	"body: \"a\\tb\", body_regex: '^\\s*[$$a-z]+\\\\'}}\n"
	"  expect: {listen: ':4', check: {type: expect, send: 'A\\r\\n\\x00', expect: 'b\\\\n'}}\n"
	"  off: {listen: ':2', passive: off, keepalive: off, check: off, "
	"backends: ['10.0.0.1:*']}\n";

/*
 * A text has no environment, so doubled dollar signs are still there; everything is given, and
 * nothing is left to the defaults.
 */
static bool is_expected(const char *line)
{
	size_t len = strcspn(line, "\n");

	return strncmp(line, "defaults.", 9) == 0 || memmem(line, len, "$$", 2) != NULL ||
		memmem(line, len, ": unset -> ", 11) != NULL;
}

START_TEST(what_is_printed_loads_back_to_the_same)
{
	struct loaded l, again;
	struct config_diff diff;
	struct text printed;

	load_good(&l, everything);
	text_init(&printed);
	config_print(l.file, &printed);
	load_good(&again, text_cstr(&printed));
	ck_assert(diff_loaded(&l, &again, &diff));
	for (size_t i = 0; i < diff.count; i++) {
		for (const char *line = diff.rows[i].text; line != NULL;
		     line = strchr(line, '\n') != NULL ? strchr(line, '\n') + 1 : NULL)
			ck_assert_msg(is_expected(line), "%s", line);
	}
	text_close(&printed);
	unload(&l);
	unload(&again);
}
END_TEST

/* A document of shuttle's: its services may have no address yet. */
START_TEST(a_service_that_listens_nowhere_is_printed_without_listen)
{
	struct loaded l, again;
	struct text printed;

	load_good(&l, "[{\"name\": \"web\", \"backends\": "
		      "[{\"name\": \"a\", \"address\": \"10.0.0.1:80\"}]}]\n");
	text_init(&printed);
	config_print(l.file, &printed);
	ck_assert_ptr_null(strstr(text_cstr(&printed), "    listen:"));
	load_good(&again, text_cstr(&printed));
	text_close(&printed);
	unload(&l);
	unload(&again);
}
END_TEST

START_TEST(every_line_says_where_it_is_from)
{
	static const char *const overrides[] = { "workers: 3", NULL };
	static const char *const lines[] = {
		"workers: 3  # -g\n",
		"pid_file: \"\"  # heddle:3\n",
		"event: auto  # default\n",
		"  level: warn  # heddle:4\n",
		"    connect_timeout: 250ms  # defaults (heddle:6)\n",
		"      idle: 1m30s  # defaults (heddle:6)\n",
		"      interval: 10s  # default\n",
		"    balance: least_connections  # heddle:10\n",
		"      sample: 9  # heddle:13\n",
		"      format: json  # heddle:5\n",
		"      - {address: \":8081\", backlog: 4096}  # heddle:9\n",
		("      one: {address: \"10.0.0.1:80\", weight: 0, max_connections: 0, "
		 "state: ready, check: {address: \"10.0.0.9:1\"}, "
		 "drain_timeout: 0}  # heddle:16\n"),
		"    check: off  # heddle:21\n",
	};
	struct config_source source = { .text = slice_of(everything), .overrides = overrides };
	struct loaded l;
	struct text printed;

	load_source(&l, &source);
	text_init(&printed);
	config_print(l.file, &printed);
	for (size_t i = 0; i < COUNT(lines); i++)
		ck_assert_msg(strstr(text_cstr(&printed), lines[i]) != NULL, "%s", lines[i]);
	text_close(&printed);
	unload(&l);
}
END_TEST

Suite *config_print_suite(void)
{
	Suite *suite = suite_create("config_print");
	TCase *tests = tcase_create("text");

	tcase_add_test(tests, what_is_printed_loads_back_to_the_same);
	tcase_add_test(tests, a_service_that_listens_nowhere_is_printed_without_listen);
	tcase_add_test(tests, every_line_says_where_it_is_from);
	suite_add_tcase(suite, tests);
	return suite;
}
