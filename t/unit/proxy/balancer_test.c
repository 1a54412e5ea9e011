/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/config_rows.h"
#include "config/config_types.h"
#include "config/config_structs.h"
#include "core/random.h"
#include "process/change.h"
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/registry.h"
#include "proxy/service.h"

Suite *balancer_suite(void);

#define BACKENDS 8

/* For tests that run with several of them. */
static const char *const names[] = { "round_robin", "least_connections", "first", "random" };

static struct service *service;
static struct choice choice;
static struct handle handles[BACKENDS];
static struct handle service_handle;

static int row_of(const char *name)
{
	const char *there, *aliases;

	for (int row = 0; (there = config_balancers.names.name((size_t)row, &aliases)) != NULL;
	     row++) {
		if (strcmp(there, name) == 0)
			return row;
	}
	ck_abort_msg("no balancer is called %s", name);
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

static void put_service(const char *balance)
{
	const struct service_conf conf = { .balance = row_of(balance) };

	put(&config_service_kind, "web", 0, &conf, service_handle);
}

static void put_backend(uint32_t i, uint32_t weight, uint32_t most)
{
	const struct backend_conf conf = { .weight = weight, .max_connections = most };
	char name[16];

	snprintf(name, sizeof(name), "b%u", i);
	put(&config_backend_kind, name, i, &conf, handles[i]);
}

static void begin(const char *balance, const uint32_t *weights, uint32_t count)
{
	struct scoreboard_sizes sizes = { .slots = 8, .services = 2, .backends = BACKENDS,
					  .sessions = 1024 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(3);
	ck_assert(registry_open(2, BACKENDS));
	service_handle = service_cell_take();
	put_service(balance);
	for (uint32_t i = 0; i < count; i++) {
		handles[i] = backend_cell_take();
		put_backend(i, weights[i], 0);
	}
	registry_commit();
	service = registry_find("web");
	ck_assert_ptr_nonnull(service);
	choice = (struct choice){ .row = session_rows(3) };
}

static int take(void)
{
	struct backend *b = choice_take(service, &choice);

	if (b == NULL)
		return -1;
	backend_release(b);
	return (int)b->object->order;
}

static void expect(const int *order, int count)
{
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(take(), order[i]);
}

START_TEST(round_robin_runs_of_weight)
{
	static const uint32_t weights[] = { 1, 2, 3 };
	static const int order[] = { 0, 1, 1, 2, 2, 2, 0, 1, 1, 2, 2, 2, 0 };

	begin("round_robin", weights, 3);
	expect(order, COUNT(order));
	registry_close();
}
END_TEST

START_TEST(round_robin_skips_what_is_down_or_has_no_weight)
{
	static const uint32_t weights[] = { 1, 1, 0, 1 };
	static const int order[] = { 0, 3, 0, 3 };

	begin("round_robin", weights, 4);
	backend_cell(handles[1].index)->health = HEALTH_DOWN;
	expect(order, COUNT(order));
	registry_close();
}
END_TEST

START_TEST(round_robin_goes_on_after_a_change)
{
	static const uint32_t weights[] = { 2, 2 };
	static const int before[] = { 0 }, after[] = { 0, 1, 0, 1 };

	begin("round_robin", weights, 2);
	expect(before, COUNT(before));
	put_backend(0, 1, 0);
	put_backend(1, 1, 0);
	registry_commit();
	/* the run that was begun ends by the new weight */
	expect(after, COUNT(after));
	registry_close();
}
END_TEST

START_TEST(least_connections_by_weight)
{
	static const uint32_t weights[] = { 1, 3 };
	int counts[2] = { 0, 0 };

	begin("least_connections", weights, 2);
	for (int i = 0; i < 40; i++)
		counts[take()]++;
	ck_assert_int_eq(counts[0], 10);
	ck_assert_int_eq(counts[1], 30);
	registry_close();
}
END_TEST

/* Sessions that are over before the next one comes leave all at 0. */
START_TEST(least_connections_takes_equals_in_turn)
{
	static const uint32_t weights[] = { 1, 1, 1 };
	static const int order[] = { 0, 1, 2, 0, 1, 2 };
	static const int without[] = { 0, 2, 0, 2 };

	begin("least_connections", weights, 3);
	for (size_t i = 0; i < COUNT(order); i++) {
		int at = take();

		ck_assert_int_eq(at, order[i]);
		backend_active(handles[at].index)->word = 0;
	}
	backend_cell(handles[1].index)->health = HEALTH_DOWN;
	for (size_t i = 0; i < COUNT(without); i++) {
		int at = take();

		ck_assert_int_eq(at, without[i]);
		backend_active(handles[at].index)->word = 0;
	}
	registry_close();
}
END_TEST

START_TEST(first_until_it_is_full_or_down)
{
	static const uint32_t weights[] = { 1, 1, 1 };
	static const int order[] = { 0, 0, 1, 1 };

	begin("first", weights, 3);
	put_backend(0, 1, 2);
	registry_commit();
	expect(order, COUNT(order));
	backend_cell(handles[1].index)->health = HEALTH_DOWN;
	ck_assert_int_eq(take(), 2);
	backend_cell(handles[2].index)->health = HEALTH_DOWN;
	ck_assert_int_eq(take(), -1);
	registry_close();
}
END_TEST

START_TEST(random_takes_the_lighter_of_two)
{
	static const uint32_t weights[] = { 1, 1, 1, 1 };
	int counts[4] = { 0 };

	begin("random", weights, 4);
	random_seed(11);
	for (int i = 0; i < 400; i++)
		counts[take()]++;
	for (int i = 0; i < 4; i++) {
		ck_assert_int_ge(counts[i], 90);
		ck_assert_int_le(counts[i], 110);
	}
	registry_close();
}
END_TEST

/* One at a time, so that all are equal: who stands behind a dead one gets no more than others. */
START_TEST(a_dead_one_is_shared_by_all)
{
	static const uint32_t weights[] = { 1, 1, 1, 1 };
	int counts[4] = { 0 };

	begin(names[_i], weights, 4);
	backend_cell(handles[1].index)->health = HEALTH_DOWN;
	random_seed(11);
	for (int i = 0; i < 3000; i++) {
		struct backend *b = choice_take(service, &choice);

		ck_assert_ptr_nonnull(b);
		counts[b->object->order]++;
		backend_give(b, choice.row);
	}
	ck_assert_int_eq(counts[1], 0);
	for (int i = 0; i < 4; i++)
		ck_assert(i == 1 || (counts[i] > 900 && counts[i] < 1100));
	registry_close();
}
END_TEST

START_TEST(what_was_tried_is_not_chosen_again)
{
	static const uint32_t weights[] = { 1, 1, 1 };

	begin(names[_i], weights, 3);
	for (int left = 3; left > 0; left--) {
		int at = take();

		ck_assert_int_ge(at, 0);
		ck_assert(choice_add(&choice, service->set.list[at]));
	}
	ck_assert_int_eq(take(), -1);
	choice_close(&choice);
	registry_close();
}
END_TEST

#define CHILDREN 4
#define PICKS 3000

/* Several processes at once: the shares are exact, whoever picks. */
START_TEST(exact_over_processes)
{
	static const uint32_t weights[] = { 1, 2, 3 };
	_Atomic uint32_t *counts = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	begin(names[_i], weights, 3);
	for (int child = 0; child < CHILDREN; child++) {
		if (fork() != 0)
			continue;
		choice.row = session_rows((uint32_t)child);
		for (int i = 0; i < PICKS; i++)
			atomic_fetch_add(&counts[take()], 1);
		_exit(0);
	}
	for (int child = 0; child < CHILDREN; child++)
		wait(NULL);
	ck_assert_uint_eq(counts[0], CHILDREN * PICKS / 6);
	ck_assert_uint_eq(counts[1], CHILDREN * PICKS / 3);
	ck_assert_uint_eq(counts[2], CHILDREN * PICKS / 2);
	munmap((void *)counts, 4096);
	registry_close();
}
END_TEST

Suite *balancer_suite(void)
{
	Suite *s = suite_create("balancer");
	TCase *tc = tcase_create("balancer");

	tcase_add_test(tc, round_robin_runs_of_weight);
	tcase_add_test(tc, round_robin_skips_what_is_down_or_has_no_weight);
	tcase_add_test(tc, round_robin_goes_on_after_a_change);
	tcase_add_test(tc, least_connections_by_weight);
	tcase_add_test(tc, least_connections_takes_equals_in_turn);
	tcase_add_test(tc, first_until_it_is_full_or_down);
	tcase_add_test(tc, random_takes_the_lighter_of_two);
	tcase_add_loop_test(tc, a_dead_one_is_shared_by_all, 1, 2);
	tcase_add_loop_test(tc, a_dead_one_is_shared_by_all, 3, 4);
	tcase_add_loop_test(tc, what_was_tried_is_not_chosen_again, 0, 4);
	tcase_add_loop_test(tc, exact_over_processes, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
