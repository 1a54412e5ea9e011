/* SPDX-License-Identifier: BSD-2-Clause */
/* What a good file becomes: defaults, inheritance, short forms. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include "config/config_rows.h"
#include "core/reason.h"
#include "fixture.h"

Suite *config_load_suite(void);

static const char *balancer_name(int row)
{
	const char *aliases;

	return config_balancers.names.name((size_t)row, &aliases);
}

START_TEST(defaults_are_those_of_the_manual)
{
	struct loaded l;

	load_good(&l, SERVICE END);
	const struct settings *s = l.config->settings;
	const struct service_conf *web = nth_conf(&l, 0);

	ck_assert(s->workers_auto && s->workers > 0);
	ck_assert_str_eq(s->pid_file, HEDDLE_PID_PATH);
	ck_assert_int_eq(s->event, EVENT_AUTO);
	ck_assert_uint_eq(s->worker_sessions, 65536);
	ck_assert_uint_eq(s->max_backends, 65536);
	ck_assert_uint_eq(s->max_services, 1024);
	ck_assert_uint_eq(s->buffer_memory, 64 << 20);
	ck_assert_uint_eq(s->watchdog_ms, 10000);
	ck_assert_uint_eq(s->shutdown_timeout_ms, 60000);
	ck_assert_uint_eq(s->change_timeout_ms, 1500);
	ck_assert_int_eq(s->log.to.to, LOG_TO_STDERR);
	ck_assert_int_eq(s->access_log.to.to, LOG_TO_NONE);
	ck_assert_uint_eq(s->access_log.events, ACCESS_END);
	ck_assert_uint_eq(s->access_log.sample, 1);
	ck_assert_str_eq(balancer_name(web->balance), "round_robin");
	ck_assert_uint_eq(web->connect_timeout_ms, 5000);
	ck_assert_uint_eq(web->connect_total_timeout_ms, 30000);
	ck_assert(web->keepalive.on && web->nodelay && !web->passive.on);
	ck_assert_uint_eq(web->keepalive.idle_ms, 60000);
	ck_assert(!web->check.on);
	ck_assert_uint_eq(nth_listener(&l, 0)->backlog, 4096);
	ck_assert_uint_eq(nth_listener(&l, 0)->mode, 0666);
	ck_assert_uint_eq(nth_backend(&l, 0)->weight, 1);
	ck_assert_str_eq(nth_below(&l, &config_backend_kind, 0)->name, "10.0.0.1:80");
	unload(&l);
}
END_TEST

START_TEST(services_inherit_what_they_do_not_say)
{
	struct loaded l;

	load_good(&l,
		  "defaults:\n"
		  "  connect_timeout: 1s\n"
		  "  check: {interval: 2s, fall: 5}\n"
		  "  keepalive: {idle: 30s}\n"
		  "services:\n"
		  "  a: {listen: ':1', backends: []}\n"
		  "  b: {listen: ':2', backends: [], connect_timeout: 9s, check: {fall: 7}}\n"
		  "  c: {listen: ':3', backends: [], check: off, keepalive: off}\n");
	const struct service_conf *a = nth_conf(&l, 0),
				  *b = nth_conf(&l, 1);
	const struct service_conf *c = nth_conf(&l, 2);

	ck_assert_uint_eq(a->connect_timeout_ms, 1000);
	ck_assert(a->check.on);
	ck_assert_uint_eq(a->check.interval_ms, 2000);
	ck_assert_uint_eq(a->check.fall, 5);
	ck_assert_uint_eq(a->keepalive.idle_ms, 30000);
	ck_assert_uint_eq(b->connect_timeout_ms, 9000);
	ck_assert_uint_eq(b->check.interval_ms, 2000);
	ck_assert_uint_eq(b->check.fall, 7);
	ck_assert(!c->check.on);
	ck_assert(!c->keepalive.on);
	unload(&l);
}
END_TEST

START_TEST(first_marks_backends_unless_told_not_to)
{
	struct loaded l;

	load_good(&l,
		  "services:\n"
		  "  a: {listen: ':1', balance: first, backends: []}\n"
		  "  b: {listen: ':2', balance: first, passive: off, backends: []}\n"
		  "  c: {listen: ':3', balance: RR, passive: {retry: 2s}, backends: []}\n"
		  "  d: {listen: ':4', balance: LC, passive: on, backends: []}\n");
	ck_assert(nth_conf(&l, 0)->passive.on);
	ck_assert_uint_eq(nth_conf(&l, 0)->passive.failures, 1);
	ck_assert_uint_eq(nth_conf(&l, 0)->passive.retry_ms, 30000);
	ck_assert(!nth_conf(&l, 1)->passive.on);
	ck_assert(nth_conf(&l, 2)->passive.on);
	ck_assert_uint_eq(nth_conf(&l, 2)->passive.retry_ms, 2000);
	ck_assert(nth_conf(&l, 3)->passive.on);
	ck_assert_str_eq(balancer_name(nth_conf(&l, 3)->balance), "least_connections");
	unload(&l);
}
END_TEST

START_TEST(lists_and_mappings_say_the_same)
{
	struct loaded l, m;

	load_good(&l,
		  "services:\n"
		  "  - name: web\n"
		  "    listen: ':80'\n"
		  "    backends: [{name: one, address: '10.0.0.1:80'}, '10.0.0.2:80']\n");
	load_good(&m,
		  "services:\n"
		  "  web:\n"
		  "    listen: [{address: ':80'}]\n"
		  "    backends: {one: '10.0.0.1:80', '10.0.0.2:80': {address: '10.0.0.2:80'}}\n");
	struct config_diff diff;

	ck_assert(diff_loaded(&l, &m, &diff));
	ck_assert_uint_eq(diff.count, 0);
	ck_assert_uint_eq(config_count(l.config, &config_backend_kind), 2);
	unload(&l);
	unload(&m);
}
END_TEST

START_TEST(ports_unfold_and_listeners_take_the_backlog)
{
	struct loaded l;

	load_good(&l,
		  "services:\n"
		  "  web:\n"
		  "    backlog: 10\n"
		  "    listen: ['127.0.0.1:8000-8002', {address: /run/x, mode: 0660, backlog: 5}]\n"
		  "    backends: []\n");

	ck_assert_uint_eq(item_count(l.file, &config_listener_kind), 4);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(addr_port(&nth_listener(&l, i)->addr), 8000 + i);
		ck_assert_uint_eq(nth_listener(&l, i)->backlog, 10);
		ck_assert_uint_eq(nth_below(&l, &config_listener_kind, i)->at->line, 4);
	}
	ck_assert_uint_eq(nth_listener(&l, 3)->mode, 0660);
	ck_assert_uint_eq(nth_listener(&l, 3)->backlog, 5);
	unload(&l);
}
END_TEST

START_TEST(backends_may_be_checked_elsewhere)
{
	struct loaded l;
	char text[ADDR_TEXT];

	load_good(&l,
		  "services: {web: {listen: ':80', backends: {\n"
		  "  a: {address: '10.0.0.1:80', check: {port: 81}},\n"
		  "  b: {address: '10.0.0.2:*', check: {address: '10.0.0.9:99'}},\n"
		  "  c: {address: '10.0.0.3:80', state: drain, weight: 0}}}}\n");
	ck_assert_str_eq(addr_print(&nth_backend(&l, 0)->check_addr, text, sizeof(text)),
			 "10.0.0.1:81");
	ck_assert_str_eq(addr_print(&nth_backend(&l, 1)->check_addr, text, sizeof(text)),
			 "10.0.0.9:99");
	ck_assert_int_eq(nth_backend(&l, 2)->check_addr.kind, ADDR_NONE);
	ck_assert_int_eq(nth_backend(&l, 2)->state, STATE_DRAIN);
	ck_assert_uint_eq(nth_below(&l, &config_backend_kind, 2)->order, 2);
	unload(&l);
}
END_TEST

START_TEST(access_logs_come_down_from_the_top)
{
	struct loaded l;

	load_good(&l,
		  "access_log: {to: /var/log/all.log, format: json}\n"
		  "services:\n"
		  "  a: {listen: ':1', backends: []}\n"
		  "  b: {listen: ':2', backends: [], access_log: {sample: 10, skip: done}}\n"
		  "  c: {listen: ':3', backends: [], access_log: off}\n"
		  "  d: {listen: ':4', backends: [], access_log: /var/log/d.log}\n");
	const struct access_log_conf *log[4];

	for (size_t i = 0; i < 4; i++)
		log[i] = &nth_conf(&l, i)->access_log;
	ck_assert_str_eq(log[0]->to.path, "/var/log/all.log");
	ck_assert_str_eq(log[1]->to.path, "/var/log/all.log");
	ck_assert_uint_eq(log[1]->sample, 10);
	ck_assert_uint_eq(log[1]->skip, 1 << REASON_DONE);
	ck_assert_int_eq(log[1]->format, LOG_JSON);
	ck_assert_int_eq(log[2]->to.to, LOG_TO_NONE);
	ck_assert_str_eq(log[3]->to.path, "/var/log/d.log");
	ck_assert_uint_eq(config_logs_id(&log[0]->to), config_logs_id(&log[1]->to));
	ck_assert_uint_ne(config_logs_id(&log[0]->to), config_logs_id(&log[3]->to));
	ck_assert_uint_eq(config_logs_id(&log[2]->to), 0);
	unload(&l);
}
END_TEST

static const struct {
	const char *written;
	enum log_to to;
	int facility;
} targets[] = {
	{ "stderr", LOG_TO_STDERR, 0 },
	{ "off", LOG_TO_NONE, 0 },
	{ "none", LOG_TO_NONE, 0 },
	{ "syslog", LOG_TO_SYSLOG, LOG_DAEMON },
	{ "syslog:local3", LOG_TO_SYSLOG, LOG_LOCAL3 },
	{ "/var/log/x", LOG_TO_FILE, 0 },
	{ "./x", LOG_TO_FILE, 0 },
};

START_TEST(log_targets)
{
	struct loaded l;
	struct text yaml;

	text_init(&yaml);
	text_printf(&yaml, "log: %s\n" SERVICE END, targets[_i].written);
	load_good(&l, text_cstr(&yaml));
	ck_assert_int_eq(l.config->settings->log.to.to, targets[_i].to);
	ck_assert_int_eq(l.config->settings->log.to.facility, targets[_i].facility);
	if (targets[_i].to == LOG_TO_FILE)
		ck_assert_int_eq(l.config->settings->log.to.path[0], '/');
	text_close(&yaml);
	unload(&l);
}
END_TEST

START_TEST(overrides_win)
{
	static const char *const overrides[] = { "workers: 3",
						 "{log: {level: debug}, pid_file: off}",
						 "services: {web: {balance: random}}", NULL };
	struct config_source source = {
		.text = slice_of("workers: 2\nlog: {to: /x/y, level: warn}\n" SERVICE END),
		.overrides = overrides,
	};
	struct loaded l;

	load_source(&l, &source);
	ck_assert_str_eq(text_cstr(&l.said), "");
	ck_assert_uint_eq(l.config->settings->workers, 3);
	ck_assert_str_eq(l.config->settings->log.to.path, "/x/y");
	ck_assert_ptr_null(l.config->settings->pid_file);
	ck_assert_str_eq(balancer_name(nth_conf(&l, 0)->balance), "random");
	ck_assert_uint_eq(config_count(l.config, &config_backend_kind), 1);
	unload(&l);
}
END_TEST

START_TEST(keys_for_anchors_are_nobodys)
{
	struct loaded l;

	load_good(&l,
		  "x-slow: &slow {connect_timeout: 9s}\n"
		  "services: {web: {<<: *slow, listen: ':80', backends: []}}\n");
	ck_assert_uint_eq(nth_conf(&l, 0)->connect_timeout_ms, 9000);
	unload(&l);
}
END_TEST

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* A file for each customer: two of them with one id would share a file. */
START_TEST(many_logs_are_told_apart)
{
	enum { CUSTOMERS = 300000 };
	uint64_t *ids = malloc(CUSTOMERS * sizeof(*ids));
	char path[64];

	ck_assert_ptr_nonnull(ids);
	for (unsigned i = 0; i < CUSTOMERS; i++) {
		snprintf(path, sizeof(path), "/var/log/%08x/access.log", i * 2654435761u);
		ids[i] = config_logs_id(&(struct log_target){ .to = LOG_TO_FILE, .path = path });
	}
	qsort(ids, CUSTOMERS, sizeof(*ids), by_value);
	for (unsigned i = 1; i < CUSTOMERS; i++)
		ck_assert_uint_ne(ids[i], ids[i - 1]);
	free(ids);
}
END_TEST

START_TEST(settings_alone_do_not_need_the_rest)
{
	struct config_source source = {
		.text = slice_of("pid_file: /run/x.pid\nservices: {web: {listen: nowhere}}\n"),
	};
	struct arena *arena = arena_new();
	struct conf_errors errors;
	struct config_file *file;

	conf_errors_init(&errors, arena);
	ck_assert_ptr_null(config_load(&source, false, &errors));
	conf_errors_init(&errors, arena);
	file = config_load_settings(&source, &errors);
	ck_assert_ptr_nonnull(file);
	ck_assert_str_eq(file->settings->pid_file, "/run/x.pid");
	config_load_free(file);
	source.text = slice_of("pid_file: {}\n");
	ck_assert_ptr_null(config_load_settings(&source, &errors));
	conf_errors_close(&errors);
	arena_free(arena);
}
END_TEST

Suite *config_load_suite(void)
{
	Suite *suite = suite_create("config_load");
	TCase *tests = tcase_create("good");

	tcase_add_test(tests, defaults_are_those_of_the_manual);
	tcase_add_test(tests, services_inherit_what_they_do_not_say);
	tcase_add_test(tests, first_marks_backends_unless_told_not_to);
	tcase_add_test(tests, lists_and_mappings_say_the_same);
	tcase_add_test(tests, ports_unfold_and_listeners_take_the_backlog);
	tcase_add_test(tests, backends_may_be_checked_elsewhere);
	tcase_add_test(tests, access_logs_come_down_from_the_top);
	tcase_add_loop_test(tests, log_targets, 0, COUNT(targets));
	tcase_add_test(tests, overrides_win);
	tcase_add_test(tests, many_logs_are_told_apart);
	tcase_add_test(tests, keys_for_anchors_are_nobodys);
	tcase_add_test(tests, settings_alone_do_not_need_the_rest);
	suite_add_tcase(suite, tests);
	return suite;
}
