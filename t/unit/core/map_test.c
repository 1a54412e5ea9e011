/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/map.h"

Suite *map_suite(void);

#define MANY 20000

static struct entry {
	char name[48];
	int  released;
} entries[MANY];

static void count_release(void *value)
{
	((struct entry *)value)->released++;
}

static struct slice key(int i)
{
	return slice_of(entries[i].name);
}

static void name_all(void)
{
	for (int i = 0; i < MANY; i++) {
		snprintf(entries[i].name, sizeof(entries[i].name), "services/s%d/b%d", i / 60, i);
		entries[i].released = 0;
	}
}

START_TEST(each_is_found_by_its_key_until_it_is_removed)
{
	struct map map = { .release = count_release };

	name_all();
	for (int i = 0; i < MANY; i++)
		map_set(&map, key(i), &entries[i]);
	ck_assert_uint_eq(map.count, MANY);
	for (int i = 0; i < MANY; i += 2)
		ck_assert(map_remove(&map, key(i)));
	ck_assert(!map_remove(&map, key(0)));
	ck_assert_uint_eq(map.count, MANY / 2);
	for (int i = 0; i < MANY; i++) {
		ck_assert_ptr_eq(map_get(&map, key(i)), i % 2 == 0 ? NULL : &entries[i]);
		ck_assert_int_eq(entries[i].released, i % 2 == 0);
	}
	map_clear(&map);
	ck_assert_uint_eq(map.count, 0);
	ck_assert_ptr_null(map_get(&map, key(1)));
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(entries[i].released, 1);
}
END_TEST

START_TEST(a_value_takes_the_place_of_the_one_before)
{
	struct map map = { .release = count_release };
	struct entry first = { "same", 0 }, second = { "same", 0 };

	map_set(&map, slice_of(first.name), &first);
	map_set(&map, slice_of(second.name), &second);
	ck_assert_uint_eq(map.count, 1);
	ck_assert_ptr_eq(map_get(&map, slice_of("same")), &second);
	ck_assert_int_eq(first.released, 1);
	map_clear(&map);
	ck_assert_int_eq(second.released, 1);
}
END_TEST

START_TEST(what_is_set_in_a_copy_is_not_seen_in_the_original)
{
	struct map map = { .release = count_release }, copy;
	struct entry other = { "services/s0/b7", 0 };

	name_all();
	for (int i = 0; i < MANY / 2; i++)
		map_set(&map, key(i), &entries[i]);
	copy = map_share(&map);
	map_set(&copy, slice_of(other.name), &other);
	for (int i = MANY / 2; i < MANY; i++)
		map_set(&copy, key(i), &entries[i]);
	for (int i = 0; i < 100; i++)
		ck_assert(i == 7 || map_remove(&copy, key(i)));
	ck_assert_uint_eq(map.count, MANY / 2);
	ck_assert_uint_eq(copy.count, MANY - 99);
	for (int i = 0; i < MANY; i++) {
		void *there = i < MANY / 2 ? &entries[i] : NULL;
		void *copied = i == 7 ? (void *)&other : i < 100 ? NULL : (void *)&entries[i];

		ck_assert_ptr_eq(map_get(&map, key(i)), there);
		ck_assert_ptr_eq(map_get(&copy, key(i)), copied);
		ck_assert_int_eq(entries[i].released, 0);
	}
	map_clear(&map);
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(entries[i].released, i < 100);
	map_clear(&copy);
	ck_assert_int_eq(other.released, 1);
	for (int i = 0; i < MANY; i++)
		ck_assert_int_eq(entries[i].released, 1);
}
END_TEST

static void add_up(void *value, void *arg)
{
	(void)value;
	++*(size_t *)arg;
}

/* Keys of any bytes: numbers, and the empty one. */
START_TEST(each_value_is_visited_once)
{
	static uint32_t numbers[1000];
	struct map map = { 0 };
	size_t visited = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		numbers[i] = i;
		map_set(&map, (struct slice){ (char *)&numbers[i], sizeof(numbers[i]) },
			&numbers[i]);
	}
	map_set(&map, slice_of(""), numbers);
	map_each(&map, add_up, &visited);
	ck_assert_uint_eq(visited, 1001);
	ck_assert_ptr_eq(map_get(&map, slice_of("")), numbers);
	map_clear(&map);
}
END_TEST

/* Sets, removes and shares at random, against an array that does the same. */
START_TEST(it_is_like_an_array_whatever_is_done)
{
	struct map maps[3] = { { .release = count_release } };
	bool there[3][500] = { { false } };

	name_all();
	srand((unsigned)_i + 1);
	for (int step = 0; step < 20000; step++) {
		int m = rand() % 3, i = rand() % 500;

		maps[m].release = count_release;
		if (rand() % 50 == 0) {
			int from = rand() % 3;

			if (from == m)
				continue;
			map_clear(&maps[m]);
			maps[m] = map_share(&maps[from]);
			memcpy(there[m], there[from], sizeof(there[m]));
		} else if (rand() % 2 == 0) {
			map_set(&maps[m], key(i), &entries[i]);
			there[m][i] = true;
		} else {
			ck_assert(map_remove(&maps[m], key(i)) == there[m][i]);
			there[m][i] = false;
		}
	}
	for (int m = 0; m < 3; m++) {
		for (int i = 0; i < 500; i++)
			ck_assert((map_get(&maps[m], key(i)) != NULL) == there[m][i]);
		map_clear(&maps[m]);
	}
}
END_TEST

Suite *map_suite(void)
{
	Suite *s = suite_create("map");
	TCase *c = tcase_create("map");

	tcase_add_test(c, each_is_found_by_its_key_until_it_is_removed);
	tcase_add_test(c, a_value_takes_the_place_of_the_one_before);
	tcase_add_test(c, what_is_set_in_a_copy_is_not_seen_in_the_original);
	tcase_add_test(c, each_value_is_visited_once);
	tcase_add_loop_test(c, it_is_like_an_array_whatever_is_done, 0, 5);
	suite_add_tcase(s, c);
	return s;
}
