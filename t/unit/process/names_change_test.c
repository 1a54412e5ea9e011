/* SPDX-License-Identifier: BSD-2-Clause */
/* Members as a part of a change, in a master that has no children: what an end of it leaves. */
#include <stdio.h>

#include "../config/fixture.h"
#include "config/config_members.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "process/names_change.h"
#include "process/names_codec.h"
#include "process/names_table.h"
#include "process/objects.h"
#include "process/objects_free.h"
#include "process/running.h"

Suite *names_change_suite(void);

#define BACKENDS 4	/* cells; the group has one of them */

static const char file[] =
	"services:\n"
	"  web: {listen: '127.0.0.1:80', backends: {two: 'app.example.net:80'}}\n";
static const char path[] = "services/web/backends/two";

static struct loaded loaded;
static const struct config_diff nothing;

static void begin(void)
{
	const struct scoreboard_sizes sizes = { .slots = 16, .services = 4, .backends = BACKENDS,
						.sessions = 1 };

	ck_assert(loop_open("poll"));
	log_set_level(LEVEL_ALERT);
	ck_assert(scoreboard_open(&sizes));
	load_good(&loaded, file);
	objects_free_open();
	ck_assert(objects_take_all(loaded.config, &loaded.errors));
	(void)running_replace(config_share(loaded.config));
	names_table_begin(running_config());
}

static void end(void)
{
	names_table_close();
	objects_free_close();
	config_free(running_replace(NULL));
	unload(&loaded);
	loop_close();
}

/* 10.0.0.FIRST and so many more. */
static bool answer(unsigned first, size_t count)
{
	struct member_address list[2 * BACKENDS];
	char text[32], why[200];

	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "10.0.0.%zu:1", first + i);
		ck_assert(addr_parse(&list[i].addr, slice_of(text), ADDR_DIAL, NULL, why,
				     sizeof(why)));
	}
	return names_table_answer(&(struct named_addresses){
			"app.example.net:80", 0, false, list, count });
}

static const struct names_group *group(void)
{
	return names_table_group(path);
}

static void commit(void)
{
	names_change_prepare(&nothing, running_config());
	names_change_commit();
	names_change_committed(0);
}

static unsigned cells_left(void)
{
	struct handle taken[BACKENDS];
	unsigned count = 0;

	while (count < BACKENDS && (taken[count] = backend_cell_take()).index != HANDLE_NONE)
		count++;
	for (unsigned i = 0; i < count; i++)
		backend_cell_give(taken[i]);
	return count;
}

START_TEST(one_that_is_aborted_is_due_still)
{
	ck_assert(!names_change_due());
	ck_assert(answer(1, 2));
	ck_assert(names_change_due());
	names_change_prepare(&nothing, running_config());
	ck_assert_uint_eq(cells_left(), 1);
	names_change_withdraw();
	ck_assert_uint_eq(cells_left(), 3);
	ck_assert_uint_eq(group()->members.count, 0);
	ck_assert(names_change_due());
	commit();
	ck_assert_uint_eq(group()->members.count, 2);
	ck_assert(!names_change_due());
	ck_assert(!answer(1, 2));
	ck_assert_uint_eq(cells_left(), 1);
}
END_TEST

START_TEST(an_answer_that_comes_meanwhile_is_not_lost)
{
	ck_assert(answer(1, 2));
	names_change_prepare(&nothing, running_config());
	ck_assert(answer(2, 1));
	names_change_commit();
	names_change_committed(0);
	ck_assert_uint_eq(group()->members.count, 2);
	ck_assert(names_change_due());
	commit();
	ck_assert_uint_eq(group()->members.count, 1);
	ck_assert_str_eq(group()->members.list[0]->name, "two@10.0.0.2:80");
}
END_TEST

START_TEST(one_that_has_no_room_keeps_what_it_can)
{
	const struct backend_cell *cell = backend_cell(group()->object->handle.index);

	ck_assert(answer(1, 5));
	names_change_prepare(&nothing, running_config());
	names_change_withdraw();
	ck_assert_uint_eq(cells_left(), 3);
	commit();
	ck_assert_uint_eq(group()->members.count, 3);
	ck_assert_uint_eq(cell->short_of, 2);
	ck_assert(!names_change_due());
	ck_assert(answer(1, 3));	/* what there is room for, and no more */
	ck_assert(names_change_due());
	commit();
	ck_assert_uint_eq(cell->short_of, 0);
}
END_TEST

START_TEST(an_address_of_its_own_listener_is_left_out)
{
	struct member_address own;
	char why[200];

	memset(&own, 0, sizeof(own));
	ck_assert(addr_parse(&own.addr, slice_of("127.0.0.1:1"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	ck_assert(names_table_answer(&(struct named_addresses){
			"app.example.net:80", 0, false, &own, 1 }));
	commit();
	ck_assert_uint_eq(group()->members.count, 0);
	ck_assert_uint_eq(group()->looping, 1);
	ck_assert(!names_change_due());
	ck_assert(answer(1, 1));
	commit();
	ck_assert_uint_eq(group()->members.count, 1);
	ck_assert_uint_eq(group()->looping, 0);
}
END_TEST

Suite *names_change_suite(void)
{
	Suite *suite = suite_create("names_change");
	TCase *tests = tcase_create("members");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, one_that_is_aborted_is_due_still);
	tcase_add_test(tests, an_answer_that_comes_meanwhile_is_not_lost);
	tcase_add_test(tests, one_that_has_no_room_keeps_what_it_can);
	tcase_add_test(tests, an_address_of_its_own_listener_is_left_out);
	suite_add_tcase(suite, tests);
	return suite;
}
