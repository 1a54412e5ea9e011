/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>

#include "core/scoreboard.h"
#include "core/log.h"
#include "proxy/health.h"
#include "proxy/service.h"

Suite *health_suite(void);

static struct service_conf conf;
static struct backend_conf backend_conf;
static struct service service;
static struct backend backend;

static void begin(unsigned failures)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 2, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	log_set_level(LEVEL_ALERT);
	conf = (struct service_conf){ .passive = { .on = failures != 0, .failures = failures } };
	service = (struct service){ .name = (char *)(uintptr_t)"web", .conf = &conf };
	backend_conf = (struct backend_conf){ .weight = 1 };
	backend = (struct backend){ .conf = &backend_conf, .name = "one", .address = "unix:one",
				    .handle = backend_cell_take() };
}

START_TEST(marked_after_so_many_in_a_row)
{
	begin(3);
	health_dial_failed(&service, &backend, NULL, ECONNREFUSED);
	health_dial_failed(&service, &backend, NULL, ETIMEDOUT);
	health_dial_succeeded(&backend);
	health_dial_failed(&service, &backend, NULL, ECONNREFUSED);
	health_dial_failed(&service, &backend, NULL, ECONNREFUSED);
	ck_assert_int_eq((int)health_of(&backend), HEALTH_UP);
	health_dial_failed(&service, &backend, NULL, ECONNRESET);
	ck_assert_int_eq((int)health_of(&backend), HEALTH_DOWN);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->errors[DIAL_REFUSED], 3);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->errors[DIAL_TIMEOUT], 1);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->errors[DIAL_RESET], 1);
}
END_TEST

/* Ours: descriptors, memory, ports, rights. A busy unix socket: nobody's fault. */
START_TEST(our_own_errors_mark_nobody)
{
	static const int ours[] = { EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL, EACCES, EPERM,
				    EAGAIN };

	begin(1);
	for (size_t i = 0; i < COUNT(ours); i++)
		health_dial_failed(&service, &backend, NULL, ours[i]);
	ck_assert_int_eq((int)health_of(&backend), HEALTH_UP);
}
END_TEST

START_TEST(without_passive_marking_only_counted)
{
	begin(0);
	for (int i = 0; i < 10; i++)
		health_dial_failed(&service, &backend, NULL, EHOSTUNREACH);
	ck_assert_int_eq((int)health_of(&backend), HEALTH_UP);
	ck_assert_uint_eq(backend_cell(backend.handle.index)->errors[DIAL_UNREACHABLE], 10);
}
END_TEST

static unsigned lines[LEVEL_DEBUG + 1];

static void count_line(const struct log_record *record)
{
	lines[record->level]++;
}

/* A flood of one kind of line leaves the others to be seen. */
START_TEST(own_errors_are_told_beside_refused_connects)
{
	begin(0);
	log_set_level(LEVEL_INFO);
	log_set_sink(count_line);
	for (int i = 0; i < 30; i++)
		health_dial_failed(&service, &backend, NULL, ECONNREFUSED);
	lines[LEVEL_INFO] = 0;
	health_dial_failed(&service, &backend, NULL, EMFILE);
	ck_assert_uint_eq(lines[LEVEL_ERROR], 1);
	health_dial_failed(&service, &backend, NULL, EAGAIN);
	ck_assert_uint_eq(lines[LEVEL_INFO], 1);
}
END_TEST

START_TEST(each_change_is_made_by_one)
{
	begin(1);
	ck_assert(!health_set(&backend, HEALTH_UP));
	ck_assert(health_set(&backend, HEALTH_DOWN));
	ck_assert(!health_set(&backend, HEALTH_DOWN));
	ck_assert(health_set(&backend, HEALTH_UP));
	ck_assert_uint_eq(backend_cell(backend.handle.index)->changes, 2);
	ck_assert_uint_eq(health_downtime(&backend), 0);
}
END_TEST

Suite *health_suite(void)
{
	Suite *s = suite_create("health");
	TCase *tc = tcase_create("health");

	tcase_add_test(tc, marked_after_so_many_in_a_row);
	tcase_add_test(tc, our_own_errors_mark_nobody);
	tcase_add_test(tc, without_passive_marking_only_counted);
	tcase_add_test(tc, own_errors_are_told_beside_refused_connects);
	tcase_add_test(tc, each_change_is_made_by_one);
	suite_add_tcase(s, tc);
	return s;
}
