/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/service_waits.h"

#include <check.h>
#include <string.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change.h"
#include "proxy/registry.h"

Suite *service_waits_suite(void);

static struct handle service, backend;
static unsigned downs, ups;
static struct timer guard;

static void count_line(const struct log_record *record)
{
	const char *event = record->event;

	downs += event != NULL && strcmp(event, "service_down") == 0;
	ups += event != NULL && strcmp(event, "service_up") == 0;
}

static void put(const struct object_kind *kind, const char *name, const void *conf,
		struct handle handle)
{
	struct change_op op = { .verb = CHANGE_PUT, .kind = kind, .handle = handle,
				.parent = service };

	op.object = object_new(kind, &(struct object_source){ .name = name, .conf = conf });
	service_waits_prepare(&op);
	ck_assert(registry_prepare(&op));
}

static void put_service(int when_empty)
{
	const struct service_conf conf = { .when_empty = when_empty };

	put(&config_service_kind, "web", &conf, service);
	registry_commit();
	service_waits_commit();
}

static void put_backend(uint32_t weight)
{
	struct backend_conf conf = { .weight = weight };
	char why[400];

	ck_assert(addr_parse(&conf.addr, slice_of("10.0.0.1:80"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	put(&config_backend_kind, "one", &conf, backend);
	registry_commit();
	service_waits_commit();
}

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

/* So much was logged when the processes have been looked at again. */
static void expect(unsigned down, unsigned up)
{
	timer_set(&guard, 250);
	loop_run();
	ck_assert_uint_eq(downs, down);
	ck_assert_uint_eq(ups, up);
}

static void begin(void)
{
	const struct scoreboard_sizes sizes = { .slots = 4, .services = 2, .backends = 2,
						.sessions = 64 };

	ck_assert(loop_open("poll"));
	ck_assert(scoreboard_open(&sizes));
	ck_assert(registry_open(2, 2));
	log_set_sink(count_line);
	timer_setup(&guard, on_guard);
	service = service_cell_take();
	backend = backend_cell_take();
	service_waits_open();
}

START_TEST(each_change_is_logged_once)
{
	begin();
	put_service(WHEN_EMPTY_WAIT);
	expect(1, 0);
	expect(1, 0);
	put_backend(1);
	expect(1, 1);
	backend_cell(backend.index)->health = HEALTH_DOWN;
	expect(2, 1);
	backend_cell(backend.index)->health = HEALTH_UP;
	expect(2, 2);
	put_backend(0);
	expect(3, 2);
}
END_TEST

START_TEST(by_the_process_that_follows_too)
{
	begin();
	put_service(WHEN_EMPTY_WAIT);
	expect(1, 0);
	service_waits_close();
	service_waits_open();
	put_service(WHEN_EMPTY_WAIT);
	expect(1, 0);
	put_backend(1);
	expect(1, 1);
}
END_TEST

START_TEST(other_words_are_not_looked_at)
{
	begin();
	put_service(WHEN_EMPTY_CLOSE);
	expect(0, 0);
	put_service(WHEN_EMPTY_WAIT);
	expect(1, 0);
	put_service(WHEN_EMPTY_RESET);
	put_backend(1);
	expect(1, 0);
	put_service(WHEN_EMPTY_WAIT);
	expect(1, 0);
}
END_TEST

Suite *service_waits_suite(void)
{
	Suite *s = suite_create("service_waits");
	TCase *tc = tcase_create("service_waits");

	tcase_add_test(tc, each_change_is_logged_once);
	tcase_add_test(tc, by_the_process_that_follows_too);
	tcase_add_test(tc, other_words_are_not_looked_at);
	suite_add_tcase(s, tc);
	return s;
}
