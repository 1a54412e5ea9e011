/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/arena.h"
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

static struct change_op new_op(enum change_verb verb, enum change_object object, uint32_t service,
			       uint32_t backend)
{
	return (struct change_op){ .verb = verb, .object = object, .service = { service, 1 },
				   .backend = { backend, 1 } };
}

static void put_service(uint32_t at, const char *name, enum balance balance)
{
	struct change_op op = new_op(CHANGE_PUT, CHANGE_SERVICE, at, 0);
	struct service_conf *conf;

	op.arena = arena_new();
	conf = arena_alloc(op.arena, sizeof(*conf));
	conf->name = arena_strdup(op.arena, name);
	conf->balance = (int)balance;
	op.conf.service = conf;
	ck_assert(registry_prepare(&op));
}

static void put_backend(uint32_t service, uint32_t at, uint32_t order, uint32_t weight)
{
	struct change_op op = new_op(CHANGE_PUT, CHANGE_BACKEND, service, at);
	struct backend_conf *conf;

	op.arena = arena_new();
	conf = arena_alloc(op.arena, sizeof(*conf));
	conf->name = arena_printf(op.arena, "b%u", at);
	conf->order = order;
	conf->weight = weight;
	op.conf.backend = conf;
	ck_assert(registry_prepare(&op));
}

static void delete(enum change_object object, uint32_t service, uint32_t backend)
{
	struct change_op op = new_op(CHANGE_DELETE, object, service, backend);

	ck_assert(registry_prepare(&op));
}

static void first_commit(void)
{
	put_service(1, "web", BALANCE_ROUND_ROBIN);
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
	put_service(1, "web", BALANCE_FIRST);
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
	delete(CHANGE_BACKEND, 1, 5);
	registry_commit();
	ck_assert(registry_leaves_at(held) != 0);
	delete(CHANGE_SERVICE, 1, 0);
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

START_TEST(a_cell_used_again_is_another_backend)
{
	struct change_op op;
	struct backend_conf *conf;

	begin();
	first_commit();
	op = new_op(CHANGE_PUT, CHANGE_BACKEND, 1, 5);
	op.backend.generation = 2;
	op.arena = arena_new();
	conf = arena_alloc(op.arena, sizeof(*conf));
	conf->name = "other";
	op.conf.backend = conf;
	ck_assert(registry_prepare(&op));
	registry_commit();
	ck_assert_uint_eq(registry_backend(5, NULL)->handle.generation, 2);
	delete(CHANGE_BACKEND, 1, 5);	/* of the first owner: not this one */
	registry_commit();
	ck_assert_ptr_nonnull(registry_backend(5, NULL));
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
	tcase_add_test(tc, a_cell_used_again_is_another_backend);
	suite_add_tcase(s, tc);
	return s;
}
