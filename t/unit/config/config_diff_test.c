/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reload has to do, as rows and in words. */
#include <check.h>
#include <stdio.h>
#include <time.h>

#include "fixture.h"

Suite *config_diff_suite(void);

static const char *const verbs[] = { "add", "change", "remove" };

static const struct {
	const char *from, *to;
	const char *rows; /* verb, object and text of each */
} rows[] = {
	{ "workers: 2\n" SERVICE END, "workers: 2\n" SERVICE END, "" },
	{ "workers: 2\n" SERVICE END, "workers: 3\nlog: {level: debug}\n" SERVICE END,
	  "change settings: workers: 2 -> 3\nlog.level: info -> debug\n" },
	{ SERVICE END, SERVICE ", balance: first, idle_timeout: 5m" END,
	  "change service: services.web.balance: round_robin -> first\n"
	  "services.web.passive: off -> on\n"
	  "services.web.idle_timeout: 0 -> 5m\n" },
	{ SERVICE ", check: {interval: 1s, fall: 2}" END, SERVICE ", check: {interval: 2s}" END,
	  "change service: services.web.check.interval: 1s -> 2s\n"
	  "services.web.check.fall: 2 -> 3\n" },
	{ SERVICE ", check: tcp" END, SERVICE ", check: off" END,
	  "change service: services.web.check: on -> off\n" },
	/* What is given is not inherited, also while both are the same. */
	{ SERVICE END, SERVICE ", connect_timeout: 5s, keepalive: {}" END,
	  "change service: services.web.connect_timeout: unset -> 5s\n"
	  "services.web.keepalive: unset -> on\n" },
	{ SERVICE ", check: {interval: 5s}" END, SERVICE ", check: tcp" END,
	  "change service: services.web.check.type: unset -> tcp\n"
	  "services.web.check.interval: 5s -> unset\n" },
	{ "defaults: {check: {interval: 2s, rise: 1}}\n" SERVICE ", check: {type: tcp}" END,
	  "defaults: {check: {interval: 2s, rise: 1}}\n" SERVICE ", check: tcp" END, "" },
	{ "defaults: {nodelay: off}\n" SERVICE END, SERVICE END,
	  "change defaults: defaults.nodelay: off -> on\n"
	  "change service: services.web.nodelay: off -> on\n" },
	{ "services: {web: {listen: ':80', backends: {one: '10.0.0.1:80'}}}",
	  "services: {web: {listen: ':80', backends: {one: '10.0.0.1:80', two: '10.0.0.2:80'}}}",
	  "add backend: services.web.backends.two: added 10.0.0.2:80\n" },
	{ "services: {web: {listen: ':80', backends: {one: '10.0.0.1:80', two: '10.0.0.2:80'}}}",
	  "services: {web: {listen: ':80', backends: {two: '10.0.0.2:80'}}}",
	  "change backend: \n"
	  "remove backend: services.web.backends.one: removed 10.0.0.1:80\n" },
	{ "services: {web: {listen: ':80', backends: {one: '10.0.0.1:80', two: '10.0.0.2:80'}}}",
	  "services: {web: {listen: ':80', backends: {two: '10.0.0.2:80', one: '10.0.0.1:80'}}}",
	  "change backend: \n"
	  "change backend: services.web.backends: in another order\n" },
	{ "services: {web: {listen: ':80', backends: {one: '10.0.0.1:80'}}}",
	  "services: {web: {listen: ':80', backends: {one: {address: '10.0.0.9:80', weight: 3}}}}",
	  "change backend: services.web.backends.one.address: \"10.0.0.1:80\" -> \"10.0.0.9:80\"\n"
	  "services.web.backends.one.weight: 1 -> 3\n" },
	{ "services: {web: {listen: ':80', backends: []}}",
	  "services: {web: {listen: [':80', '0.0.0.0:81'], backends: []}}",
	  "add listener: services.web.listen: added 0.0.0.0:81\n" },
	{ "services: {web: {listen: [':80', '0.0.0.0:81'], backends: []}}",
	  "services: {web: {listen: ':80', backends: []}}",
	  "remove listener: services.web.listen: removed 0.0.0.0:81\n" },
	{ "services: {web: {listen: {address: /x, mode: 0660}, backends: []}}",
	  "services: {web: {listen: {address: /x, mode: 0600, backlog: 9}, backends: []}}",
	  "change listener: services.web.listen.unix:/x.mode: 0660 -> 0600\n"
	  "services.web.listen.unix:/x.backlog: 4096 -> 9\n" },
	/* An address that moves is added before it is removed. */
	{ "services: {a: {listen: [':1', ':2'], backends: []}, b: {listen: ':3', backends: []}}",
	  "services: {a: {listen: ':1', backends: []}, b: {listen: [':3', ':2'], backends: []}}",
	  "add listener: services.b.listen: added :2\n"
	  "remove listener: services.a.listen: removed :2\n" },
	{ "services: {a: {listen: ':1', backends: ['10.0.0.1:1']}}",
	  "services: {b: {listen: ':1', backends: ['10.0.0.1:1']}}",
	  "add service: services.b: added\n"
	  "add listener: services.b.listen: added :1\n"
	  "add backend: services.b.backends.10.0.0.1:1: added 10.0.0.1:1\n"
	  "remove backend: \n"
	  "remove listener: \n"
	  "remove service: services.a: removed\n" },
};

START_TEST(differences)
{
	struct loaded from, to;
	struct config_diff diff;
	struct text out;

	load_good(&from, rows[_i].from);
	load_good(&to, rows[_i].to);
	text_init(&out);
	ck_assert(diff_loaded(&from, &to, &diff));
	for (size_t i = 0; i < diff.count; i++)
		text_printf(&out, "%s %s: %s\n", verbs[diff.rows[i].verb],
			    diff.rows[i].object->kind->name, diff.rows[i].text);
	ck_assert_str_eq(text_cstr(&out), rows[_i].rows);
	text_close(&out);
	unload(&from);
	unload(&to);
}
END_TEST

START_TEST(what_needs_a_restart_is_refused_with_its_line)
{
	struct loaded from, to;
	struct config_diff diff;
	struct text out;

	load_good(&from, "event: auto\nmax_services: 10\nuser: a\n" SERVICE END);
	load_good(&to, "workers: 9\nevent: poll\nmax_services: 11\n" SERVICE END);
	ck_assert(!diff_loaded(&from, &to, &diff));
	conf_errors_sort(&to.errors);
	text_init(&out);
	conf_errors_print(&to.errors, &out);
	ck_assert_str_eq(
		text_cstr(&out),
		"heddle: error: user: a -> \"\" needs a restart; reload refused, the running "
		"configuration is unchanged\n"
		"heddle:2:8: error: event: auto -> poll needs a restart; reload refused, the "
		"running configuration is unchanged\n"
		"heddle:3:15: error: max_services: 10 -> 11 needs a restart; reload refused, the "
		"running configuration is unchanged\n");
	text_close(&out);
	unload(&from);
	unload(&to);
}
END_TEST

START_TEST(the_same_file_differs_in_nothing)
{
	struct loaded from, to;
	struct config_diff diff;
	struct text yaml;

	text_init(&yaml);
	text_puts(&yaml, "services:\n");
	for (int i = 0; i < 50; i++) {
		text_printf(&yaml, "  s%d: {listen: ':%d-%d', backends: [", i, 1000 + 10 * i,
			    1009 + 10 * i);
		for (int j = 0; j < 50; j++)
			text_printf(&yaml, "{name: b%d, address: '10.0.%d.%d:80'},", j, i, j);
		text_puts(&yaml, "]}\n");
	}
	load_good(&from, text_cstr(&yaml));
	load_good(&to, text_cstr(&yaml));
	ck_assert(diff_loaded(&from, &to, &diff));
	ck_assert_uint_eq(diff.count, 0);
	text_close(&yaml);
	unload(&from);
	unload(&to);
}
END_TEST

/* CPU time of a reload that changes nothing, in clock ticks. */
static clock_t cost(unsigned ports)
{
	struct loaded from, to;
	struct config_diff diff;
	char yaml[128];
	clock_t began;

	snprintf(yaml, sizeof(yaml), "services: {web: {listen: '127.0.0.1:1001-%u', backends: []}}",
		 1000 + ports);
	load_good(&from, yaml);
	load_good(&to, yaml);
	began = clock();
	ck_assert(diff_loaded(&from, &to, &diff));
	began = clock() - began;
	unload(&from);
	unload(&to);
	return began;
}

START_TEST(many_ports_are_not_compared_with_each_other)
{
	clock_t many = cost(32000);

	/* some hundredths of a second, however busy the machine is; pair by pair it was 6 s */
	ck_assert_msg(many < 3 * CLOCKS_PER_SEC, "32,000 ports: %ld", (long)many);
}
END_TEST

Suite *config_diff_suite(void)
{
	Suite *suite = suite_create("config_diff");
	TCase *tests = tcase_create("diff");

	tcase_add_loop_test(tests, differences, 0, COUNT(rows));
	tcase_add_test(tests, what_needs_a_restart_is_refused_with_its_line);
	tcase_add_test(tests, the_same_file_differs_in_nothing);
	tcase_add_test(tests, many_ports_are_not_compared_with_each_other);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	return suite;
}
