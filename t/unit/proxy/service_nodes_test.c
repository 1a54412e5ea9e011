/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/service_nodes.h"

#include <check.h>

#include "core/scoreboard.h"
#include "proxy/backend.h"
#include "proxy/service.h"

Suite *service_nodes_suite(void);

static struct service_conf conf;
static struct backend_conf backend_confs[2];
static struct backend list[2], *pointers[2] = { &list[0], &list[1] };
static struct service service;

static void begin(int when_empty)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 2, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	conf = (struct service_conf){ .when_empty = when_empty };
	service = (struct service){ .conf = &conf, .set = { .count = 2, .list = pointers } };
	for (int i = 0; i < 2; i++) {
		backend_confs[i] = (struct backend_conf){ .weight = 1 };
		list[i] = (struct backend){ .conf = &backend_confs[i],
					    .handle = backend_cell_take() };
	}
}

static void set_health(int i, enum health health)
{
	backend_cell(list[i].handle.index)->health = health;
}

START_TEST(one_that_is_up_and_may_be_used_is_enough)
{
	begin(WHEN_EMPTY_WAIT);
	ck_assert(service_nodes_any(&service));
	set_health(0, HEALTH_DOWN);
	ck_assert(service_nodes_any(&service));
	set_health(1, HEALTH_CHECKING);
	ck_assert(!service_nodes_any(&service));
	set_health(1, HEALTH_UP);
	backend_confs[1].weight = 0;
	ck_assert(!service_nodes_any(&service));
	backend_confs[1].weight = 1;
	backend_confs[1].state = STATE_DRAIN;
	ck_assert(!service_nodes_any(&service));
	backend_confs[1].state = STATE_READY;
	ck_assert(service_nodes_any(&service));
	service.set.count = 0;
	ck_assert(!service_nodes_any(&service));
}
END_TEST

/* It has room again with the next session that ends: its clients are accepted. */
START_TEST(a_full_one_counts)
{
	uint64_t word;

	begin(WHEN_EMPTY_WAIT);
	set_health(0, HEALTH_DOWN);
	backend_confs[1].max_connections = 1;
	word = active_read(backend_active(list[1].handle.index));
	ck_assert(active_move(backend_active(list[1].handle.index), &word, 1));
	ck_assert(service_nodes_any(&service));
}
END_TEST

START_TEST(clients_wait_by_one_word_alone)
{
	for (int word = WHEN_EMPTY_CLOSE; word <= WHEN_EMPTY_RESET; word++) {
		begin(word);
		ck_assert(!service_nodes_wait(&service));
		set_health(0, HEALTH_DOWN);
		ck_assert(!service_nodes_wait(&service));
		set_health(1, HEALTH_DOWN);
		ck_assert_int_eq(service_nodes_wait(&service), word == WHEN_EMPTY_WAIT);
	}
}
END_TEST

Suite *service_nodes_suite(void)
{
	Suite *s = suite_create("service_nodes");
	TCase *tc = tcase_create("service_nodes");

	tcase_add_test(tc, one_that_is_up_and_may_be_used_is_enough);
	tcase_add_test(tc, a_full_one_counts);
	tcase_add_test(tc, clients_wait_by_one_word_alone);
	suite_add_tcase(s, tc);
	return s;
}
