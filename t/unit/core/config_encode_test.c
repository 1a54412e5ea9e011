/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects on their way to another process; -T on its way back into a file. */
#include <check.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "fixture.h"

Suite *config_encode_suite(void);

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
	"  off: {listen: ':2', passive: off, keepalive: off, check: off, "
	"backends: ['10.0.0.1:*']}\n";

START_TEST(what_is_printed_loads_back_to_the_same)
{
	struct loaded l, again;
	struct config_diff diff;
	struct text printed;

	load_good(&l, everything);
	text_init(&printed);
	config_print(l.config, &printed);
	load_good(&again, text_cstr(&printed));
	/* A text has no environment: the doubled dollar signs are still there. */
	ck_assert(config_diff(l.config, again.config, l.arena, &diff, &l.errors));
	for (size_t i = 0; i < diff.count; i++)
		ck_assert_ptr_nonnull(strstr(diff.rows[i].text, "$$"));
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
		 "state: ready, check: {address: \"10.0.0.9:1\"}}  # heddle:16\n"),
		"    check: off  # heddle:19\n",
	};
	struct config_source source = { .text = slice_of(everything), .overrides = overrides };
	struct loaded l;
	struct text printed;

	load_source(&l, &source);
	text_init(&printed);
	config_print(l.config, &printed);
	for (size_t i = 0; i < COUNT(lines); i++)
		ck_assert_msg(strstr(text_cstr(&printed), lines[i]) != NULL, "%s", lines[i]);
	text_close(&printed);
	unload(&l);
}
END_TEST

START_TEST(services_and_backends_travel)
{
	struct loaded l;
	struct text first, second;

	load_good(&l, everything);
	text_init(&first);
	text_init(&second);
	for (size_t i = 0; i < l.config->count; i++) {
		const struct service_entry *entry = &l.config->services[i];

		text_clear(&first);
		text_clear(&second);
		config_encode_service(&entry->conf, &first);
		struct service_conf *conf = config_decode_service(text_slice(&first), l.arena);

		ck_assert_ptr_nonnull(conf);
		config_encode_service(conf, &second);
		ck_assert_str_eq(text_cstr(&first), text_cstr(&second));
		ck_assert_str_eq(conf->name, entry->conf.name);
		ck_assert_uint_eq(conf->passive.on, entry->conf.passive.on);
		for (size_t j = 0; j < entry->count; j++) {
			text_clear(&first);
			config_encode_backend(&entry->backends[j], &first);
			struct backend_conf *b = config_decode_backend(text_slice(&first), l.arena);

			ck_assert_ptr_nonnull(b);
			ck_assert_str_eq(b->name, entry->backends[j].name);
			ck_assert(addr_equal(&b->addr, &entry->backends[j].addr));
			ck_assert(addr_equal(&b->check_addr, &entry->backends[j].check_addr));
			ck_assert_uint_eq(b->order, j);
			ck_assert_uint_eq(b->weight, entry->backends[j].weight);
			ck_assert_int_eq(b->state, entry->backends[j].state);
		}
	}
	text_close(&first);
	text_close(&second);
	unload(&l);
}
END_TEST

#ifdef __GLIBC__
/* An object lives as long as it is configured: its text and the tree of nodes do not. */
START_TEST(a_backend_that_was_decoded_keeps_no_parse_tree)
{
	static struct arena *arenas[200];
	struct loaded l;
	struct text text;
	size_t before;

	load_good(&l, everything);
	text_init(&text);
	config_encode_backend(&l.config->services[0].backends[0], &text);
	before = mallinfo2().uordblks;
	for (size_t i = 0; i < COUNT(arenas); i++) {
		arenas[i] = arena_new();
		ck_assert_ptr_nonnull(config_decode_backend(text_slice(&text), arenas[i]));
	}
	ck_assert_uint_lt((mallinfo2().uordblks - before) / COUNT(arenas), 1500);
	for (size_t i = 0; i < COUNT(arenas); i++)
		arena_free(arenas[i]);
	text_close(&text);
	unload(&l);
}
END_TEST
#endif

START_TEST(settings_travel_with_their_workers_counted)
{
	struct loaded l;
	struct text text;

	load_good(&l, everything);
	text_init(&text);
	config_encode_settings(&l.config->settings, &text);
	struct settings *s = config_decode_settings(text_slice(&text), l.arena);

	ck_assert_ptr_nonnull(s);
	ck_assert(!s->workers_auto);
	ck_assert_uint_eq(s->workers, l.config->settings.workers);
	ck_assert_ptr_null(s->pid_file);
	ck_assert_uint_eq(access_target_id(&s->log.to),
			  access_target_id(&l.config->settings.log.to));
	ck_assert_str_eq(s->access_log.to.path, l.config->settings.access_log.to.path);
	text_close(&text);
	unload(&l);
}
END_TEST

static const char *const garbage[] = {
	"",
	"{}",
	"[]",
	"[a, 1, f, 1, 1, x]",
	"[a, 1, f, 1, 1, {weight: x}]",
	"[a, 1, f, 1, 1, {}]",
	"[{}, 1, f, 1, 1, {address: '10.0.0.1:1'}]",
	"[a, 1, f, 1, 1, {address: '10.0.0.1:1'}, 7]",
	"\xff",
	"[a, 1, f, 1, 1, {address: '10.0.0.1:1', address: '10.0.0.1:2'}",
};

START_TEST(what_is_not_an_object_is_refused)
{
	struct arena *arena = arena_new();

	ck_assert_ptr_null(config_decode_backend(slice_of(garbage[_i]), arena));
	arena_free(arena);
}
END_TEST

Suite *config_encode_suite(void)
{
	Suite *suite = suite_create("config_encode");
	TCase *tests = tcase_create("text");

	tcase_add_test(tests, what_is_printed_loads_back_to_the_same);
	tcase_add_test(tests, every_line_says_where_it_is_from);
	tcase_add_test(tests, services_and_backends_travel);
	tcase_add_test(tests, settings_travel_with_their_workers_counted);
#ifdef __GLIBC__
	tcase_add_test(tests, a_backend_that_was_decoded_keeps_no_parse_tree);
#endif
	tcase_add_loop_test(tests, what_is_not_an_object_is_refused, 0, COUNT(garbage));
	suite_add_tcase(suite, tests);
	return suite;
}
