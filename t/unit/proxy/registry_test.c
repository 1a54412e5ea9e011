/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>

#include "config/config_types.h"
#include "config/config_structs.h"
#include "core/scoreboard.h"
#include "process/change.h"
#include "proxy/registry.h"
#include "proxy/service.h"

Suite *registry_suite(void);

static void begin(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 4, .backends = 8, .sessions = 1 };

	ck_assert(loop_open("poll"));	/* for the time */
	ck_assert(scoreboard_open(&sizes));
	ck_assert(registry_open(4, 8));
}

static void put(const struct object_kind *kind, const char *name, uint32_t order, const void *conf,
		struct handle handle, uint32_t parent)
{
	struct change_op op = { .verb = CHANGE_PUT, .kind = kind, .handle = handle,
				.parent = { parent, 1 } };

	op.object = object_new(kind, &(struct object_source){ .name = name, .order = order,
							      .conf = conf });
	ck_assert(registry_prepare(&op));
}

static void put_service(uint32_t at, const char *name, int balance)
{
	const struct service_conf conf = { .balance = balance };

	put(&config_service_kind, name, 0, &conf, (struct handle){ at, 1 }, 0);
}

static void put_backend(uint32_t service, uint32_t at, uint32_t order, uint32_t weight)
{
	const struct backend_conf conf = { .weight = weight };
	char name[16];

	snprintf(name, sizeof(name), "b%u", at);
	put(&config_backend_kind, name, order, &conf, (struct handle){ at, 1 }, service);
}

static void delete(const struct object_kind *kind, uint32_t at, uint32_t parent)
{
	struct change_op op = { .verb = CHANGE_DELETE, .kind = kind, .handle = { at, 1 },
				.parent = { parent, 1 } };

	ck_assert(registry_prepare(&op));
}

static void first_commit(void)
{
	put_service(1, "web", 0);
	put_backend(1, 5, 0, 1);
	put_backend(1, 2, 1, 1);
	registry_commit();
}

static void expect_order(uint32_t a, uint32_t b, uint32_t c)
{
	const struct backend_set *set = &registry_find("web")->set;
	uint32_t wanted[3] = { a, b, c }, position;

	ck_assert_uint_eq(set->count, 3);
	for (uint32_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(set->list[i]->handle.index, wanted[i]);
		ck_assert_ptr_eq(registry_backend(wanted[i], &position), set->list[i]);
		ck_assert_uint_eq(position, i);
	}
}

START_TEST(nothing_happens_before_the_commit)
{
	begin();
	put_service(1, "web", 2);
	put_backend(1, 5, 0, 1);
	ck_assert_ptr_null(registry_find("web"));
	registry_abort();
	registry_commit();
	ck_assert_ptr_null(registry_find("web"));
	registry_close();
}
END_TEST

START_TEST(backends_stand_in_the_order_of_the_file)
{
	begin();
	first_commit();
	put_backend(1, 7, 1, 1);	/* goes between: the one after it moves */
	put_backend(1, 2, 2, 1);
	registry_commit();
	expect_order(5, 7, 2);
	registry_close();
}
END_TEST

START_TEST(a_session_keeps_what_it_holds)
{
	struct backend *held;
	struct service *service;

	begin();
	first_commit();
	service = registry_find("web");
	held = registry_backend(5, NULL);
	backend_hold(held);
	service_hold(service);
	put_backend(1, 5, 0, 9);	/* same cell, new settings: the old struct lives on */
	registry_commit();
	ck_assert_uint_eq(held->conf->weight, 1);
	ck_assert(registry_leaves_at(held) == 0);
	ck_assert_uint_eq(registry_backend(5, NULL)->conf->weight, 9);
	delete(&config_backend_kind, 5, 1);
	registry_commit();
	ck_assert(registry_leaves_at(held) != 0);
	delete(&config_service_kind, 1, 0);
	registry_commit();
	ck_assert_ptr_null(registry_find("web"));
	ck_assert_ptr_null(registry_backend(2, NULL));
	/* who still comes in by its addresses finds the backends that were left */
	ck_assert(service->removed);
	ck_assert_uint_eq(service->set.count, 1);
	backend_release(held);
	service_release(service);
	registry_close();
}
END_TEST

START_TEST(services_are_found_by_name_until_they_are_removed)
{
	begin();
	put_service(1, "web", 0);
	put_service(2, "mail", 0);
	registry_commit();
	ck_assert_uint_eq(registry_find("mail")->handle.index, 2);
	delete(&config_service_kind, 2, 0);
	put_service(3, "mail", 0);	/* the same name, in one change */
	registry_commit();
	ck_assert_uint_eq(registry_find("mail")->handle.index, 3);
	ck_assert_ptr_null(registry_find("nobody"));
	registry_close();
}
END_TEST

START_TEST(a_cell_used_again_is_another_backend)
{
	const struct backend_conf conf = { .weight = 1 };

	begin();
	first_commit();
	put(&config_backend_kind, "other", 0, &conf, (struct handle){ 5, 2 }, 1);
	registry_commit();
	ck_assert_uint_eq(registry_backend(5, NULL)->handle.generation, 2);
	delete(&config_backend_kind, 5, 1);	/* of the first owner: not this one */
	registry_commit();
	ck_assert_ptr_nonnull(registry_backend(5, NULL));
	registry_close();
}
END_TEST

static void put_member(uint32_t at, const char *group, uint32_t order, const char *address)
{
	struct backend_conf conf = { .weight = 1, .host = "db1:3306" };
	char name[100], why[400];

	ck_assert(addr_parse(&conf.addr, slice_of(address), ADDR_DIAL, NULL, why, sizeof(why)));
	snprintf(name, sizeof(name), "%s@%s", group, address);
	put(&config_backend_kind, name, order, &conf, (struct handle){ at, 1 }, 1);
}

static const char *shown(uint32_t at)
{
	return registry_backend(at, NULL)->shown;
}

START_TEST(the_only_address_of_a_name_is_shown_as_the_name)
{
	begin();
	put_service(1, "web", 0);
	put_member(2, "DB1:3306", 0, "10.0.0.2:3306");
	put_member(3, "two", 1, "10.0.0.2:3306");	/* no name with a port */
	put_member(4, "db1:3307", 2, "10.0.0.2:3306");	/* another port */
	registry_commit();
	ck_assert_str_eq(shown(2), "DB1:3306");
	ck_assert_str_eq(shown(3), "two@10.0.0.2:3306");
	ck_assert_str_eq(shown(4), "db1:3307@10.0.0.2:3306");
	put_member(5, "DB1:3306", 0, "10.0.0.1:3306");
	registry_commit();
	ck_assert_str_eq(shown(2), "DB1:3306@10.0.0.2:3306");
	ck_assert_str_eq(shown(5), "DB1:3306@10.0.0.1:3306");
	put_member(2, "DB1:3306", 0, "10.0.0.2:3306");	/* the same cell, other settings */
	registry_commit();
	ck_assert_str_eq(shown(2), "DB1:3306@10.0.0.2:3306");
	delete(&config_backend_kind, 2, 1);
	registry_commit();
	ck_assert_str_eq(shown(5), "DB1:3306");
	registry_close();
}
END_TEST

Suite *registry_suite(void)
{
	Suite *s = suite_create("registry");
	TCase *tc = tcase_create("registry");

	tcase_add_test(tc, nothing_happens_before_the_commit);
	tcase_add_test(tc, backends_stand_in_the_order_of_the_file);
	tcase_add_test(tc, a_session_keeps_what_it_holds);
	tcase_add_test(tc, services_are_found_by_name_until_they_are_removed);
	tcase_add_test(tc, a_cell_used_again_is_another_backend);
	tcase_add_test(tc, the_only_address_of_a_name_is_shown_as_the_name);
	suite_add_tcase(s, tc);
	return s;
}
