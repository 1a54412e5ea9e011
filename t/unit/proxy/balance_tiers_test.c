/* SPDX-License-Identifier: BSD-2-Clause */
/* Tiers: a later one is used when none of those before it can be. */
#include "proxy/balance_tiers.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "config/config_rows.h"
#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/registry.h"
#include "proxy/service.h"

Suite *balance_tiers_suite(void);

#define BACKENDS 8

static struct service *service;
static struct choice choice;
static struct handle handles[BACKENDS], service_handle;

static int row_of(const char *name)
{
	const char *there, *aliases;
	int row = 0;

	while ((there = config_balancers.names.name((size_t)row, &aliases)) != NULL &&
	       strcmp(there, name) != 0)
		row++;
	ck_assert_ptr_nonnull(there);
	return row;
}

static void put(const struct object_kind *kind, const char *name, uint32_t order, const void *conf,
		struct handle handle)
{
	struct change_op op = { .verb = CHANGE_PUT, .kind = kind, .handle = handle,
				.parent = service_handle };

	op.object = object_new(kind, &(struct object_source){ .name = name, .order = order,
							      .conf = conf });
	ck_assert(registry_prepare(&op));
}

static void put_backend(uint32_t i, uint32_t tier, uint32_t most)
{
	const struct backend_conf conf = { .weight = 1, .tier = tier, .max_connections = most };
	char name[16];

	snprintf(name, sizeof(name), "b%u", i);
	put(&config_backend_kind, name, i, &conf, handles[i]);
}

static void put_service(const char *balance)
{
	const struct service_conf conf = { .balance = row_of(balance) };

	put(&config_service_kind, "web", 0, &conf, service_handle);
}

static void begin(const char *balance, const uint32_t *tiers, uint32_t count)
{
	const struct scoreboard_sizes sizes = { .slots = 4, .services = 2, .backends = BACKENDS,
						.sessions = 64 };

	ck_assert(loop_open("poll"));	/* for the time */
	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(1);
	ck_assert(registry_open(2, BACKENDS));
	service_handle = service_cell_take();
	put_service(balance);
	for (uint32_t i = 0; i < count; i++) {
		handles[i] = backend_cell_take();
		put_backend(i, tiers[i], 0);
	}
	registry_commit();
	service = registry_find("web");
	choice = (struct choice){ .row = session_rows(1) };
}

static void set_health(uint32_t i, enum health health)
{
	backend_cell(handles[i].index)->health = health;
}

/* Who gets the next sessions, by their place in the file; x: nobody does. */
static const char *next(int count)
{
	static char out[BACKENDS * 4];

	for (int i = 0; i < count; i++) {
		struct backend *b = choice_take(service, &choice);

		out[i] = b != NULL ? (char)('0' + b->object->order) : 'x';
		if (b != NULL)
			backend_release(b);
	}
	out[count] = '\0';
	return out;
}

static const uint32_t two_tiers[] = { 1, 0, 0, 2, 1 };

START_TEST(a_later_tier_stands_by)
{
	begin("round_robin", two_tiers, 5);
	ck_assert_str_eq(next(4), "1212");
	set_health(1, HEALTH_DOWN);
	ck_assert_str_eq(next(3), "222");
	set_health(2, HEALTH_DOWN);
	ck_assert_str_eq(next(4), "0404");
	set_health(0, HEALTH_DOWN);
	set_health(4, HEALTH_DOWN);
	ck_assert_str_eq(next(2), "33");
	set_health(3, HEALTH_DOWN);
	ck_assert_str_eq(next(2), "xx");
	set_health(2, HEALTH_UP);
	ck_assert_str_eq(next(2), "22");
	ck_assert_uint_eq(service->set.count, 5);
	registry_close();
}
END_TEST

START_TEST(a_full_tier_gives_to_the_next)
{
	begin("least_connections", two_tiers, 5);
	put_backend(1, 0, 1);
	put_backend(2, 0, 2);
	registry_commit();
	ck_assert_str_eq(next(3), "122");
	ck_assert_str_eq(next(4), "0404");
	registry_close();
}
END_TEST

/* The tries of one session: all of a tier, then those of the next. */
START_TEST(what_was_tried_is_left_out)
{
	char order[6] = "";

	begin("round_robin", two_tiers, 5);
	for (int i = 0; i < 5; i++) {
		order[i] = next(1)[0];
		ck_assert(choice_add(&choice, registry_backend(handles[order[i] - '0'].index,
							       NULL)));
	}
	ck_assert_str_eq(order, "12043");
	ck_assert_str_eq(next(1), "x");
	choice_close(&choice);
	registry_close();
}
END_TEST

START_TEST(one_tier_costs_nothing)
{
	static const uint32_t one[] = { 2, 2 };

	begin("round_robin", one, 2);
	ck_assert_ptr_eq(service->balancer, balancer_at(row_of("round_robin")));
	put_backend(1, 3, 0);	/* two of them */
	registry_commit();
	ck_assert_ptr_ne(service->balancer, balancer_at(row_of("round_robin")));
	ck_assert_str_eq(next(2), "00");
	put_service("least_connections");	/* other settings: still two */
	registry_commit();
	ck_assert_ptr_ne(service->balancer, balancer_at(row_of("least_connections")));
	put_backend(0, 3, 0);
	registry_commit();
	ck_assert_ptr_eq(service->balancer, balancer_at(row_of("least_connections")));
	registry_close();
}
END_TEST

START_TEST(first_goes_by_the_sorted_set)
{
	begin("first", two_tiers, 5);
	ck_assert_ptr_eq(service->balancer, balancer_at(row_of("first")));
	ck_assert_str_eq(next(2), "11");
	set_health(1, HEALTH_DOWN);
	set_health(2, HEALTH_DOWN);
	ck_assert_str_eq(next(2), "00");
	registry_close();
}
END_TEST

START_TEST(nothing_is_no_tier)
{
	begin("round_robin", NULL, 0);
	ck_assert_str_eq(next(1), "x");
	registry_close();
}
END_TEST

Suite *balance_tiers_suite(void)
{
	Suite *s = suite_create("balance_tiers");
	TCase *tc = tcase_create("tiers");

	tcase_add_test(tc, a_later_tier_stands_by);
	tcase_add_test(tc, a_full_tier_gives_to_the_next);
	tcase_add_test(tc, what_was_tried_is_left_out);
	tcase_add_test(tc, one_tier_costs_nothing);
	tcase_add_test(tc, first_goes_by_the_sorted_set);
	tcase_add_test(tc, nothing_is_no_tier);
	suite_add_tcase(s, tc);
	return s;
}
