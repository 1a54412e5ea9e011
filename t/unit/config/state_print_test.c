/* SPDX-License-Identifier: BSD-2-Clause */
/* What is printed is what is read, and what was kept from the last time is no different. */
#include <check.h>
#include <stdio.h>

#include "config/config_tree.h"
#include "config/state_document.h"
#include "config/state_print.h"
#include "core/clock.h"

#include "fixture.h"

Suite *state_print_suite(void);

static struct state_print print;
static struct text out, again;
static struct loaded l;

static void setup(void)
{
	print = (struct state_print){ .running = { .config = NULL } };
	text_init(&out);
	text_init(&again);
}

static void teardown(void)
{
	state_print_close(&print);
	text_close(&out);
	text_close(&again);
	unload(&l);
}

static void print_with(struct state_print *p, const struct config *running, struct text *to)
{
	const struct state_content content = { .running = running, .base = l.config,
					       .generation = 5, .health = slice_of("{}") };
	struct slice pieces[STATE_PRINT_PIECES];

	text_clear(to);
	state_print(p, &content, pieces);
	for (size_t i = 0; i < COUNT(pieces); i++)
		text_append(to, pieces[i].data, pieces[i].len);
}

/* A printer that has nothing from before says the same. */
static void same_as_fresh(const struct config *running)
{
	struct state_print fresh = { .running = { .config = NULL } };

	print_with(&print, running, &out);
	print_with(&fresh, running, &again);
	state_print_close(&fresh);
	ck_assert_str_eq(text_cstr(&out), text_cstr(&again));
}

static struct config *read_back(struct slice text)
{
	struct state_document document;
	struct config *config;
	char why[STATE_DOCUMENT_WHY];

	ck_assert_msg(state_document_read(text, l.arena, &document, why), "%s", why);
	ck_assert(!document.unsealed);
	ck_assert_uint_eq(document.generation, 5);
	config = config_tree_read(document.running, l.config, &l.errors);
	text_clear(&l.said);
	conf_errors_print(&l.errors, &l.said);
	ck_assert_msg(config != NULL, "%s", text_cstr(&l.said));
	return config;
}

static const char *const documents[] = {
	"services: {}",
	"defaults: {idle_timeout: 5m, nodelay: off}\n"
	"services:\n"
	"  b: {listen: [\":80\", {address: \"127.0.0.1:81\", backlog: 7}], balance: first,\n"
	"      check: {interval: 2s, fall: 5}, passive: off, keepalive: {count: 4},\n"
	"      backends: {z: {address: \"10.0.0.9:80\", weight: 0, state: drain},\n"
	"                 a: {address: \"10.0.0.1:80\", check: {port: 81}},\n"
	"                 m: {address: \"unix:/run/x\", state: maintenance}}}\n"
	"  a: {listen: \":82\", backends: [\"10.0.0.1:80\", \"[::1]:80\"]}\n",
	"services: {a: {listen: \"unix:/run/a{b}.sock\", backends: []}}",
};

START_TEST(what_is_printed_is_what_is_read)
{
	struct config *config;

	load_good(&l, documents[_i]);
	print_with(&print, l.config, &out);
	config = read_back(text_slice(&out));
	same_as_fresh(config);
	ck_assert(config_diff(config, l.file, l.arena, &l.diff, &l.errors));
	ck_assert_uint_eq(l.diff.count, 0);
	config_free(config);
}
END_TEST

START_TEST(what_changed_is_printed_anew)
{
	struct loaded other;
	struct config *next;

	load_good(&l, documents[1]);
	load_good(&other, "services: {b: {listen: ':1', backends: {z: {address: '10.0.0.9:99'}}}}");
	print_with(&print, l.config, &out);
	next = config_share(l.config);
	ck_assert(config_put(next, "services/b/backends/z", object_hold(
		config_get(other.config, "services/b/backends/z"))));
	same_as_fresh(next);
	ck_assert_ptr_nonnull(strstr(out.data, "10.0.0.9:99"));
	ck_assert(config_remove(next, "services/a"));
	same_as_fresh(next);
	ck_assert(config_remove(next, "services/b"));
	same_as_fresh(next);
	same_as_fresh(l.config);
	config_free(next);
	unload(&other);
}
END_TEST

/* 1,000 services with 10 backends each: told, and bounded well above what it takes. */
START_TEST(a_change_costs_what_it_changes)
{
	struct text yaml;
	struct config *next;
	uint64_t start, whole, part;

	text_init(&yaml);
	text_puts(&yaml, "max_services: 2000\nservices:\n");
	for (int s = 0; s < 1000; s++) {
		text_printf(&yaml, "  s%d: {listen: \"127.0.0.1:%d\", backends: {", s, 10000 + s);
		for (int b = 0; b < 10; b++)
			text_printf(&yaml, "b%d: {address: \"10.0.%d.%d:80\", weight: 2}, ", b,
				    s % 250, b);
		text_puts(&yaml, "}}\n");
	}
	load_good(&l, text_cstr(&yaml));
	start = clock_cpu_us();
	print_with(&print, l.config, &out);
	whole = clock_cpu_us() - start;
	next = config_share(l.config);
	ck_assert(config_remove(next, "services/s7/backends/b3"));
	start = clock_cpu_us();
	print_with(&print, next, &out);
	part = clock_cpu_us() - start;
	printf("# printed %zu bytes in %lu us, after one change in %lu us\n", out.len,
	       (unsigned long)whole, (unsigned long)part);
	ck_assert_uint_lt(part, whole);
	config_free(next);
	text_close(&yaml);
}
END_TEST

Suite *state_print_suite(void)
{
	Suite *suite = suite_create("state_print");
	TCase *tcase = tcase_create("state_print");

	tcase_set_timeout(tcase, 60);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, what_is_printed_is_what_is_read, 0, COUNT(documents));
	tcase_add_test(tcase, what_changed_is_printed_anew);
	tcase_add_test(tcase, a_change_costs_what_it_changes);
	suite_add_tcase(suite, tcase);
	return suite;
}
