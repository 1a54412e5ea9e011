/* SPDX-License-Identifier: BSD-2-Clause */
/* Every mistake and what is said about it. */
#include <check.h>

#include "fixture.h"

Suite *config_check_suite(void);

static const struct {
	const char *yaml, *said;
} rows[] = {
	/* Keys and kinds. */
	{ SERVICE ", balence: first" END,
	  "1:60: error: services.web.balence: unknown key; did you mean \"balance\"?" },
	{ SERVICE ", xyzzy: 1" END, "1:60: error: services.web.xyzzy: unknown key" },
	{ "log.level: debug\n" SERVICE END,
	  "1:1: error: log.level: unknown key; did you mean \"log\"?" },
	{ "- x\n",
	  "1:3: error: json: cannot unmarshal string into Go value of type "
	  "client.ServiceConfig" },
	{ "hello\n", "1:1: error: a mapping is expected, such as services: {...}" },
	{ "include: x.yaml\n" SERVICE END, "1:10: error: include: is for files only" },
	{ "services: 3\n",
	  "1:11: error: services: expected a mapping or a list, not a single value" },
	{ "services: {web: 3}\n",
	  "1:17: error: services.web: expected a mapping, not a single value" },
	{ "services: [{listen: ':80'}]\n",
	  "1:12: error: services[0]: a service in a list is a mapping with a name; write name: "
	  "in it, or take the - away" },
	{ SERVICE ", name: x" END, "1:66: error: services.web: has its name already; drop name" },
	{ SERVICE ", check: [tcp]" END,
	  "1:67: error: services.web.check: expected a mapping, not a list" },
	{ SERVICE ", passive: maybe" END,
	  "1:69: error: services.web.passive: \"maybe\" is neither a mapping nor on or off" },
	{ SERVICE ", balance: " END,
	  "1:69: error: services.web.balance: no value; expected a word" },
	{ "defaults: {listen: ':80'}\n" SERVICE END,
	  "1:20: error: defaults.listen: is for services, not for their defaults" },
	/* Values. */
	{ SERVICE ", connect_timeout: 5" END,
	  "1:77: error: services.web.connect_timeout: 5 has no unit; write 5s or 5ms" },
	{ SERVICE ", connect_timeout: fast" END,
	  "1:77: error: services.web.connect_timeout: \"fast\" is not a duration; write such as "
	  "500ms, 5s, 1m30s or 2h" },
	{ SERVICE ", connect_timeout: 0" END,
	  "1:77: error: services.web.connect_timeout: 0 is out of range; write at least 1ms" },
	{ SERVICE ", balance: [first]" END,
	  "1:69: error: services.web.balance: expected a word, not a list" },
	{ SERVICE ", nodelay: 2" END,
	  "1:69: error: services.web.nodelay: \"2\" is not a switch; write on or off" },
	{ SERVICE ", max_connections: many" END,
	  "1:77: error: services.web.max_connections: \"many\" is not a number; write a whole "
	  "number" },
	{ SERVICE ", max_connections: 4294967296" END,
	  "1:77: error: services.web.max_connections: \"4294967296\" is not a number; it is too "
	  "big" },
	{ SERVICE ", backlog: 70000" END,
	  "1:69: error: services.web.backlog: 70000 is out of range; write at most 65535" },
	{ "buffer_memory: 1kb\n" SERVICE END,
	  "1:16: error: buffer_memory: \"1kb\" is not a size; write 1k" },
	{ "buffer_memory: 1k\n" SERVICE END,
	  "1:16: error: buffer_memory: 1k is out of range; write at least 64k" },
	{ "workers: 0\n" SERVICE END,
	  "1:10: error: workers: 0 is not a number of workers; write auto, or 1 to 1024" },
	{ "event: iocp\n" SERVICE END, NULL },
	{ "log: strerr\n" SERVICE END,
	  "1:6: error: log: \"strerr\" is not a path, stderr, syslog, syslog:FACILITY or off; a "
	  "file "
	  "in this folder is ./NAME" },
	{ "log: {level: critical}\n" SERVICE END,
	  "1:14: error: log.level: \"critical\" is not one of alert error warn notice info debug; "
	  "that is \"alert\" here" },
	{ "log: {level: loud}\n" SERVICE END,
	  "1:14: error: log.level: \"loud\" is not one of alert error warn notice info debug" },
	{ "log: syslog:loca1\n" SERVICE END,
	  "1:6: error: log: \"loca1\" is not one of daemon user local0 local1 local2 local3 local4 "
	  "local5 local6 local7 mail news auth cron; did you mean \"local1\"?" },
	{ "access_log: {to: /x/y, skip: [done, gone]}\n" SERVICE END, NULL },
	/* Addresses. */
	{ "services: {web: {listen: [':80', '10.0.0.2'], backends: []}}\n",
	  "1:34: error: services.web.listen[1]: 10.0.0.2 has no port; write 10.0.0.2:PORT" },
	{ "services: {web: {listen: ':80', backends: ['10.0.0.1:80', '10.0.0.2']}}\n",
	  "1:59: error: services.web.backends[1]: 10.0.0.2 has no port; write 10.0.0.2:PORT" },
	{ "services: {web: {listen: ':80', backends: {a: 'app..net:80'}}}\n",
	  "1:47: error: services.web.backends.a: app..net is not a name: there is nothing between "
	  "two dots, or before the first" },
	{ "services: {web: {listen: ':80', backends: {a: {address: '10.0.0.1:80', refresh: 5s}}}}",
	  "1:81: error: services.web.backends.a.refresh: is for a name, and the address is none" },
	{ "services: {web: {listen: ':80', backends: {a: 'app:80', 'a@10.0.0.1:80': '10.0.0.1:80'}}"
	  "}",
	  "1:74: error: services.web.backends.a@10.0.0.1:80: a is a name, and a@... are its "
	  "addresses; call this one otherwise" },
	{ "services: {web: {listen: {mode: 0660, address: ':80'}, backends: []}}\n",
	  "1:26: error: services.web.listen.mode: is for unix sockets" },
	{ "services: {web: {listen: {address: /x, mode: 0999}, backends: []}}\n",
	  "1:46: error: services.web.listen.mode: \"0999\" is not a file mode; write it in "
	  "octal, such "
	  "as 0660" },
	{ "services: {web: {listen: {mode: 0660}, backends: []}}\n",
	  "1:26: error: services.web.listen: no address" },
	{ "services: {web: {listen: [], backends: []}}\n",
	  "1:26: error: services.web.listen: an empty list" },
	{ "services: {web: {backends: []}}\n",
	  "1:17: error: services.web: no listen: nobody could reach it" },
	{ "services: {web: {listen: ':80', backends: 10.0.0.1:80}}\n",
	  "1:43: error: services.web.backends: expected a list or a mapping, not a single value; "
	  "write "
	  "[10.0.0.1:80]" },
	{ "services: {web: {listen: ':80', backends: {a: {weight: 2}}}}\n",
	  "1:47: error: services.web.backends.a: no address" },
	{ "services: {web: {listen: ':80', backends: {a: {address: 10.0.0.1:80,5}}}}\n",
	  "1:70: error: services.web.backends.a.5: no value; did a comma split the line above? "
	  "quote "
	  "it: \"10.0.0.1:80,5\"" },
	{ "services: {web: {listen: ':80', backends: {a: 10.0.0.1:80,5}}}\n",
	  "1:60: error: services.web.backends.5: no value; did a comma split the line above? "
	  "quote it: "
	  "\"10.0.0.1:80,5\"" },
	{ "services: {web: {listen: ':80', backends: [{address: '10.0.0.1:80', check: {port: "
	  "0}}]}}\n",
	  "1:83: error: services.web.backends[0].check.port: write a number from 1 to 65535" },
	{ "services: {web: {listen: ':80', backends: [{address: /x, check: {port: 1}}]}}\n",
	  "1:44: error: services.web.backends[0].check: port is for addresses that have one" },
	/* Names. */
	{ "services: {_x: {listen: ':80', backends: []}}\n",
	  "1:12: error: services._x: names that begin with _ are heddle's own" },
	{ "services: {metrics: {listen: ':80', backends: []}}\n",
	  "1:12: error: services.metrics: this name is heddle's own" },
	{ "services: {a b: {listen: ':80', backends: []}}\n",
	  "1:12: error: services.a b: a name is made of letters, digits and . _ : @ -" },
	{ "services: {-x: {listen: ':80', backends: []}}\n",
	  "1:12: error: services.-x: a name begins with a letter or a digit" },
	{ "services: {web: {listen: ':80', backends: ['10.0.0.1:80', '10.0.0.1:80']}}\n",
	  "1:59: error: services.web.backends.10.0.0.1:80: already given at heddle:1\n"
	  "heddle:1:59: warning: services.web.backends.10.0.0.1:80: the same address as another "
	  "backend of the service" },
	{ "services:\n- {name: a, listen: ':80', backends: []}\n- {name: a, listen: ':81', "
	  "backends: []}\n",
	  "3:3: error: services.a: already given at heddle:2" },
	/* Addresses that two services want. */
	{ "services:\n  web: {listen: '0.0.0.0:8080', backends: []}\n"
	  "  api: {listen: '0.0.0.0:8080', backends: []}\n",
	  "3:17: error: services.api.listen: 0.0.0.0:8080 is already the address of services.web "
	  "(heddle:2)" },
	{ "services:\n  web: {listen: '0.0.0.0:80', backends: []}\n"
	  "  api: {listen: ':80', backends: []}\n",
	  "3:17: error: services.api.listen: :80 and 0.0.0.0:80 cannot both be listened on: "
	  "0.0.0.0:80 "
	  "is the address of services.web (heddle:2)" },
	{ "services:\n  web: {listen: [':80-90', '[::]:85'], backends: []}\n",
	  "2:28: error: services.web.listen: [::]:85 and :85 cannot both be listened on: :85 is "
	  "the "
	  "address of services.web (heddle:2)" },
	/* Room. */
	{ "max_backends: 1\nservices: {web: {listen: ':80', backends: ['10.0.0.1:1', "
	  "'10.0.0.1:2']}}\n",
	  "1:1: error: 2 backends are more than max_backends: 1" },
	/* Of later versions. */
	{ SERVICE ", queue: {}" END,
	  "1:67: error: services.web.queue: is not in this version of heddle" },
};

START_TEST(mistakes)
{
	struct loaded l;
	struct text expected;

	load(&l, rows[_i].yaml);
	ck_assert_ptr_null(l.config);
	ck_assert_uint_gt(l.errors.errors, 0);
	text_init(&expected);
	text_printf(&expected, "heddle:%s\n", rows[_i].said != NULL ? rows[_i].said : "");
	if (rows[_i].said != NULL)
		ck_assert_str_eq(text_cstr(&l.said), text_cstr(&expected));
	text_close(&expected);
	unload(&l);
}
END_TEST

static const struct {
	const char *yaml, *said;
} hints[] = {
	{ "services:\n  pg:\n    listen: ':80'\n    balance: first\n"
	  "    passive: off\n    backends: []\n",
	  "3:5: warning: services.pg: balance first without passive or check: each client tries "
	  "a dead backend again" },
	{ "workers: 1\n", "1:1: warning: services: there are none: nothing is served" },
	{ "services: {}\n", "1:11: warning: services: there are none: nothing is served" },
	{ "services: {web: {listen: ':80'}}\n",
	  "1:17: warning: services.web: no backends: every client is turned away" },
	{ "access_log: {format: json}\n" SERVICE END,
	  "1:13: warning: access_log: without to, nothing is written; write to: PATH" },
};

START_TEST(what_is_allowed_and_hardly_meant)
{
	struct loaded l;
	struct text expected;

	load(&l, hints[_i].yaml);
	ck_assert_ptr_nonnull(l.config);
	text_init(&expected);
	text_printf(&expected, "heddle:%s\n", hints[_i].said);
	ck_assert_str_eq(text_cstr(&l.said), text_cstr(&expected));
	text_close(&expected);
	unload(&l);
}
END_TEST

START_TEST(all_mistakes_are_told_in_the_order_of_the_file)
{
	struct loaded l;
	struct text summary;

	load(&l,
	     "services:\n"
	     "  web:\n"
	     "    backends: [10.0.0.2]\n"
	     "    balence: first\n"
	     "    listen: ':80'\n"
	     "    idle_timeout: 5\n"
	     "wrokers: 3\n");
	ck_assert_str_eq(
		text_cstr(&l.said),
		"heddle:3:16: error: services.web.backends[0]: 10.0.0.2 has no port; write "
		"10.0.0.2:PORT\n"
		"heddle:4:5: error: services.web.balence: unknown key; did you mean \"balance\"?\n"
		"heddle:6:19: error: services.web.idle_timeout: 5 has no unit; write 5s or 5ms\n"
		"heddle:7:1: error: wrokers: unknown key; did you mean \"workers\"?\n");
	text_init(&summary);
	config_summary(&(struct config_source){ .file = "/etc/heddle.yaml" }, NULL, &l.errors,
		       &summary);
	ck_assert_str_eq(text_cstr(&summary),
			 "heddle: 4 errors in /etc/heddle.yaml; nothing was started\n");
	text_close(&summary);
	unload(&l);
}
END_TEST

/* Which kinds there are is their table's. */
START_TEST(a_kind_of_check_that_comes_later_is_named)
{
	struct loaded l;

	load(&l, SERVICE ", check: {type: https}" END);
	ck_assert_ptr_null(l.file);
	ck_assert_ptr_nonnull(strstr(text_cstr(&l.said),
				     "\"https\" is not in this version; it has: tcp"));
	unload(&l);
}
END_TEST

START_TEST(summaries_count)
{
	struct conf_errors errors = { .errors = 1, .warnings = 2 };
	struct config_file file = { .files = 12 };
	size_t *services = &file.counts[object_kind_index(&config_service_kind)];
	size_t *backends = &file.counts[object_kind_index(&config_backend_kind)];
	struct config_source source = { .file = "/etc/heddle.yaml" };
	struct text out;

	*services = 40;
	*backends = 310;
	text_init(&out);
	config_summary(&source, NULL, &errors, &out);
	errors = (struct conf_errors){ 0 };
	config_summary(&source, &file, &errors, &out);
	file.files = 1;
	*services = *backends = 1;
	errors.warnings = 1;
	config_summary(&source, &file, &errors, &out);
	ck_assert_str_eq(
		text_cstr(&out),
		"heddle: 1 error, 2 warnings in /etc/heddle.yaml; nothing was started\n"
		"heddle: /etc/heddle.yaml and 12 included files: ok, 40 services, 310 backends\n"
		"heddle: /etc/heddle.yaml and 1 included file: ok, 1 service, 1 backend, 1 "
		"warning\n");
	text_close(&out);
}
END_TEST

Suite *config_check_suite(void)
{
	Suite *suite = suite_create("config_check");
	TCase *tests = tcase_create("mistakes");

	tcase_add_loop_test(tests, mistakes, 0, COUNT(rows));
	tcase_add_loop_test(tests, what_is_allowed_and_hardly_meant, 0, COUNT(hints));
	tcase_add_test(tests, all_mistakes_are_told_in_the_order_of_the_file);
	tcase_add_test(tests, a_kind_of_check_that_comes_later_is_named);
	tcase_add_test(tests, summaries_count);
	suite_add_tcase(suite, tests);
	return suite;
}
