/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/service_walk.h"

#include <check.h>
#include <stdio.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/change.h"
#include "proxy/registry.h"
#include "proxy/service.h"

Suite *service_walk_suite(void);

static struct service_walk walk;

static void change(enum change_verb verb, const struct object_kind *kind, const char *name,
		   struct handle handle, uint32_t parent)
{
	static const struct service_conf service = { .balance = 0 };
	static const struct backend_conf backend = { .weight = 1 };
	struct change_op op = { .verb = verb, .kind = kind, .handle = handle,
				.parent = { parent, 1 } };

	if (verb == CHANGE_PUT)
		op.object = object_new(kind, &(struct object_source){
			.name = name, .order = handle.index,
			.conf = kind == &config_service_kind ? (const void *)&service : &backend });
	ck_assert(registry_prepare(&op));
}

static void put_service(uint32_t at, const char *name)
{
	change(CHANGE_PUT, &config_service_kind, name, (struct handle){ at, 1 }, 0);
}

static void put_backend(uint32_t service, uint32_t at)
{
	char name[16];

	snprintf(name, sizeof(name), "b%u", at);
	change(CHANGE_PUT, &config_backend_kind, name, (struct handle){ at, 1 }, service);
}

static void drop(const struct object_kind *kind, uint32_t at, uint32_t parent)
{
	change(CHANGE_DELETE, kind, NULL, (struct handle){ at, 1 }, parent);
	registry_commit();
}

/* web has b1, b2 and b3, api has b4, db has none. */
static void begin(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 8, .backends = 8, .sessions = 1 };

	ck_assert(loop_open("poll"));	/* for the time */
	ck_assert(scoreboard_open(&sizes));
	ck_assert(registry_open(8, 8));
	put_service(1, "web");
	put_service(2, "api");
	put_service(3, "db");
	for (uint32_t i = 1; i <= 3; i++)
		put_backend(1, i);
	put_backend(2, 4);
	registry_commit();
	service_walk_begin(&walk, NULL);
}

static void finish(void)
{
	service_walk_end(&walk);
	registry_close();
	loop_close();
}

static void expect_service(const char *name)
{
	const struct service *s = service_walk_next(&walk);

	if (name == NULL)
		ck_assert_ptr_null(s);
	else
		ck_assert_str_eq(s->name, name);
}

/* 0: no other. */
static void expect_backend(uint32_t at, uint32_t position)
{
	struct service_walk_place place;
	bool any = service_walk_backend(&walk, &place);

	ck_assert_int_eq(any, at != 0);
	if (!any)
		return;
	ck_assert_uint_eq(place.backend->handle.index, at);
	ck_assert_uint_eq(place.position, position);
	ck_assert_ptr_eq(place.service->set.list[position], place.backend);
	ck_assert(!place.is_group);
}

START_TEST(all_in_their_order)
{
	begin();
	expect_service("web");
	expect_backend(1, 0);
	expect_backend(2, 1);
	expect_backend(3, 2);
	expect_backend(0, 0);
	expect_service("api");
	expect_backend(4, 0);
	expect_backend(0, 0);
	expect_service("db");
	expect_backend(0, 0);
	expect_service(NULL);
	finish();
}
END_TEST

START_TEST(by_name)
{
	begin();
	service_walk_sort(&walk);
	expect_service("api");
	expect_service("db");
	expect_service("web");
	expect_service(NULL);
	finish();
}
END_TEST

START_TEST(one_alone)
{
	begin();
	service_walk_end(&walk);
	service_walk_one(&walk, registry_find("api"));
	expect_service("api");
	expect_backend(4, 0);
	expect_backend(0, 0);
	expect_service(NULL);
	finish();
}
END_TEST

START_TEST(backends_are_removed_meanwhile)
{
	begin();
	expect_service("web");
	expect_backend(1, 0);
	drop(&config_backend_kind, 1, 1);
	expect_backend(2, 0);
	drop(&config_backend_kind, 3, 1);
	put_backend(1, 5);	/* it was not there when the walk came by */
	registry_commit();
	expect_backend(0, 0);
	finish();
}
END_TEST

START_TEST(services_are_removed_meanwhile)
{
	begin();
	expect_service("web");
	expect_backend(1, 0);
	drop(&config_service_kind, 1, 0);
	expect_backend(0, 0);
	ck_assert_ptr_null(service_walk_present(&walk));
	drop(&config_service_kind, 2, 0);
	/* another one at the same place */
	change(CHANGE_PUT, &config_service_kind, "new", (struct handle){ 2, 2 }, 0);
	registry_commit();
	expect_service("db");
	expect_service(NULL);
	finish();
}
END_TEST

Suite *service_walk_suite(void)
{
	Suite *suite = suite_create("service_walk");
	TCase *walks = tcase_create("walks");

	tcase_add_test(walks, all_in_their_order);
	tcase_add_test(walks, by_name);
	tcase_add_test(walks, one_alone);
	tcase_add_test(walks, backends_are_removed_meanwhile);
	tcase_add_test(walks, services_are_removed_meanwhile);
	suite_add_tcase(suite, walks);
	return suite;
}
