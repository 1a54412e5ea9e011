/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/shared_table.h"

Suite *shared_table_suite(void);

static struct shared_region region;
static struct shared_table table;
static struct shared_entry entry;

static void open_table(size_t bytes)
{
	ck_assert(shared_region_open(&region, "test", bytes));
	ck_assert(shared_table_prepare(&region));
	ck_assert(shared_table_own(&region));
	ck_assert(shared_table_create(&region, slice_of("one"), &table));
}

/* ck_assert() takes a microsecond even when it holds: not in the inner loops. */
static void must(bool holds)
{
	if (!holds)
		ck_abort();
}

static struct slice name_of(unsigned i)
{
	static char name[32];

	snprintf(name, sizeof(name), "key-%u", i);
	return slice_of(name);
}

static enum shared_put put(const char *key, const char *value, uint64_t stamp)
{
	return shared_table_put(&table, slice_of(key), slice_of(value), stamp, true);
}

static void has(const char *key, const char *value, uint64_t stamp)
{
	ck_assert(shared_table_get(&table, slice_of(key), &entry));
	ck_assert(slice_is(entry.key, key));
	ck_assert(slice_is(entry.value, value));
	ck_assert_uint_eq(entry.stamp, stamp);
}

START_TEST(an_entry_comes_changes_and_goes)
{
	open_table(1 << 20);
	ck_assert(!shared_table_get(&table, slice_of("a"), &entry));
	ck_assert_int_eq(put("a", "1", 10), SHARED_PUT_NEW);
	has("a", "1", 10);
	ck_assert_int_eq(put("a", "1", 11), SHARED_PUT_SAME);
	has("a", "1", 11);
	ck_assert_int_eq(put("a", "two", 12), SHARED_PUT_REPLACED);
	has("a", "two", 12);
	ck_assert_int_eq(put("", "", 13), SHARED_PUT_NEW);
	has("", "", 13);
	ck_assert_uint_eq(shared_table_count(&table), 2);
	ck_assert(shared_table_remove(&table, slice_of("a")));
	ck_assert(!shared_table_remove(&table, slice_of("a")));
	ck_assert(!shared_table_get(&table, slice_of("a"), &entry));
	ck_assert_uint_eq(shared_table_count(&table), 1);
	ck_assert(shared_table_remove(&table, slice_of("")));
	ck_assert_uint_eq(shared_table_bytes(&table), 0);
	shared_region_close(&region);
}
END_TEST

START_TEST(what_may_not_be_added_may_be_refreshed)
{
	open_table(1 << 20);
	ck_assert_int_eq(put("a", "1", 10), SHARED_PUT_NEW);
	ck_assert_int_eq(shared_table_put(&table, slice_of("a"), slice_of("2"), 11, false),
			 SHARED_PUT_REPLACED);
	ck_assert_int_eq(shared_table_put(&table, slice_of("b"), slice_of("2"), 11, false),
			 SHARED_PUT_REFUSED);
	has("a", "2", 11);
	shared_region_close(&region);
}
END_TEST

START_TEST(the_longest_entry_and_a_longer_one)
{
	static char value[SHARED_TABLE_BYTES + 1];

	open_table(1 << 20);
	memset(value, 'v', sizeof(value));
	ck_assert_int_eq(shared_table_put(&table, slice_of("k"),
					  (struct slice){ value, SHARED_TABLE_BYTES - 1 }, 1, true),
			 SHARED_PUT_NEW);
	ck_assert(shared_table_get(&table, slice_of("k"), &entry));
	ck_assert_uint_eq(entry.value.len, SHARED_TABLE_BYTES - 1);
	ck_assert_int_eq(memcmp(entry.value.data, value, entry.value.len), 0);
	ck_assert_int_eq(shared_table_put(&table, slice_of("k"),
					  (struct slice){ value, SHARED_TABLE_BYTES }, 1, true),
			 SHARED_PUT_FULL);
	shared_region_close(&region);
}
END_TEST

static void add_many(unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		must(shared_table_put(&table, name_of(i), name_of(i), i, true) == SHARED_PUT_NEW);
}

static void remove_many(unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++)
		must(shared_table_remove(&table, name_of(i)));
}

START_TEST(it_grows_and_shrinks_and_gives_its_memory_back)
{
	size_t used;

	open_table(64 << 20);
	used = shared_region_used(&region);
	add_many(0, 30000);
	for (unsigned i = 0; i < 30000; i++) {
		must(shared_table_get(&table, name_of(i), &entry));
		must(entry.stamp == i);
	}
	remove_many(100, 30000);
	for (unsigned i = 0; i < 30000; i++)
		must(shared_table_get(&table, name_of(i), &entry) == (i < 100));
	remove_many(0, 100);
	ck_assert_uint_eq(shared_table_bytes(&table), 0);
	/* only the blocks that were there last, of one span */
	ck_assert_uint_le(shared_region_used(&region), used + SHARED_SPAN);
	shared_table_drop(&table);
	while (shared_table_give_back(&region, 1000))
		continue;
	ck_assert_uint_eq(shared_region_used(&region), 0);
	shared_region_close(&region);
}
END_TEST

START_TEST(the_memory_of_a_table_that_was_dropped_comes_back_in_pieces)
{
	struct shared_table old;
	unsigned pieces = 0;
	size_t used;

	open_table(64 << 20);
	add_many(0, 30000);
	used = shared_region_used(&region);
	old = table;
	shared_table_drop(&old);
	ck_assert_uint_eq(shared_region_used(&region), used);
	ck_assert_uint_eq(shared_table_count(&old), 0);
	ck_assert(!shared_table_get(&old, name_of(3), &entry));
	/* one of its name is made meanwhile, and is another one */
	ck_assert(shared_table_create(&region, slice_of("one"), &table));
	add_many(0, 10);
	while (shared_table_give_back(&region, 1000)) {
		must(shared_table_get(&table, name_of(pieces % 10), &entry));
		pieces++;
	}
	/* 30,000 entries, and up to four times as many buckets */
	ck_assert_uint_ge(pieces, 30);
	ck_assert_uint_le(pieces, 30 + 4 * 30);
	ck_assert_uint_eq(shared_table_count(&table), 10);
	ck_assert(!shared_table_give_back(&region, 1));
	shared_table_drop(&table);
	while (shared_table_give_back(&region, 1))
		continue;
	ck_assert_uint_eq(shared_region_used(&region), 0);
	shared_region_close(&region);
}
END_TEST

START_TEST(a_table_gets_the_room_of_those_that_were_dropped)
{
	open_table(1 << 20);
	for (unsigned i = 0; shared_table_put(&table, name_of(i), name_of(i), i, true) ==
			     SHARED_PUT_NEW; i++)
		continue;
	shared_table_drop(&table);
	for (unsigned i = 0; i < SHARED_TABLES + 1; i++) {
		ck_assert(shared_table_create(&region, slice_of("one"), &table));
		must(shared_table_put(&table, name_of(i), name_of(i), i, true) == SHARED_PUT_NEW);
		shared_table_drop(&table);
	}
	shared_region_close(&region);
}
END_TEST

static unsigned seen[20000];

static unsigned number_of(struct slice key)
{
	return (unsigned)atoi(key.data + strlen("key-"));
}

/* A walk by both, while the table grows (0), shrinks (1) or does neither (2). */
START_TEST(a_walk_meets_each_entry_once)
{
	struct shared_walk w = { 0, 1000000 };
	struct shared_walk mine = { 0, 1000000 };
	unsigned count = 0, changed = 5000;
	struct shared_view view;

	memset(seen, 0, sizeof(seen));
	open_table(64 << 20);
	add_many(0, _i == 1 ? 20000 : 5000);
	while (shared_table_next(&table, &w, &entry) == SHARED_NEXT_ENTRY) {
		must(shared_table_view(&table, &mine, &view) == SHARED_NEXT_ENTRY);
		must(slice_equal(entry.key, view.key));
		must(slice_equal(entry.value, view.value));
		must(number_of(entry.key) < 20000);
		seen[number_of(entry.key)]++;
		count++;
		if (_i != 2 && changed < 20000) {
			if (_i == 0)
				add_many(changed, changed + 3);
			else
				remove_many(changed, changed + 3);
			changed += 3;
		}
	}
	for (unsigned i = 0; i < 20000; i++)
		must(seen[i] <= 1);
	/* those that were there all the time */
	for (unsigned i = 0; i < 5000; i++)
		must(seen[i] == 1);
	ck_assert_uint_ge(count, 5000);
	shared_region_close(&region);
}
END_TEST

START_TEST(a_walk_pauses_after_so_many_empty_buckets)
{
	struct shared_walk w = { 0, 10 };
	unsigned pauses = 0;
	enum shared_next next;

	open_table(1 << 20);
	while ((next = shared_table_next(&table, &w, &entry)) == SHARED_NEXT_PAUSE) {
		w.steps = 10;
		pauses++;
	}
	ck_assert_int_eq(next, SHARED_NEXT_END);
	ck_assert_uint_ge(pauses, 64 / 11);
	shared_region_close(&region);
}
END_TEST

START_TEST(the_old_expire_bucket_by_bucket)
{
	uint32_t at = 0;

	open_table(16 << 20);
	add_many(0, 10000);	/* the stamp of each is its number */
	for (unsigned i = 0; i < 400; i++)
		shared_table_expire(&table, &at, 100, 9000);
	ck_assert_uint_eq(shared_table_count(&table), 1000);
	for (unsigned i = 0; i < 10000; i++)
		must(shared_table_get(&table, name_of(i), &entry) == (i >= 9000));
	shared_table_expire(&table, &at, 100000, UINT64_MAX);
	ck_assert_uint_eq(shared_table_count(&table), 0);
	ck_assert_uint_eq(shared_table_bytes(&table), 0);
	shared_region_close(&region);
}
END_TEST

START_TEST(a_full_region_loses_nothing)
{
	unsigned count = 0;
	uint64_t stamp = 5;

	open_table(6 * SHARED_SPAN);
	while (shared_table_put(&table, name_of(count), slice_of("0123456789"), count, true) ==
	       SHARED_PUT_NEW)
		count++;
	ck_assert_uint_gt(count, 2000);
	for (unsigned i = 0; i < count; i++) {
		must(shared_table_get(&table, name_of(i), &entry));
		must(entry.stamp == i);
	}
	/* a refresh needs no memory */
	ck_assert_int_eq(shared_table_put(&table, name_of(1), slice_of("0123456789"), stamp, true),
			 SHARED_PUT_SAME);
	remove_many(0, count);
	ck_assert_uint_eq(shared_table_count(&table), 0);
	shared_region_close(&region);
}
END_TEST

static bool keep_two(struct slice name)
{
	return slice_is(name, "two");
}

START_TEST(tables_are_found_by_name_and_dropped)
{
	struct shared_table two, found;

	open_table(4 << 20);
	add_many(0, 1000);
	ck_assert(shared_table_create(&region, slice_of("two"), &two));
	ck_assert_int_eq(shared_table_put(&two, slice_of("a"), slice_of("2"), 1, true),
			 SHARED_PUT_NEW);
	ck_assert(shared_table_find(&region, slice_of("two"), &found));
	ck_assert(shared_table_get(&found, slice_of("a"), &entry));
	ck_assert(!shared_table_get(&table, slice_of("a"), &entry));
	ck_assert(!shared_table_find(&region, slice_of("thre"), &found));
	shared_table_drop_others(&region, keep_two);
	ck_assert(!shared_table_find(&region, slice_of("one"), &found));
	/* one of the same name is another one */
	found = table;
	ck_assert(shared_table_create(&region, slice_of("one"), &table));
	add_many(0, 10);
	ck_assert(!shared_table_get(&found, name_of(3), &entry));
	ck_assert(shared_table_get(&table, name_of(3), &entry));
	ck_assert(shared_table_get(&two, slice_of("a"), &entry));
	shared_region_close(&region);
}
END_TEST

/* Another process may write anything anywhere: nobody reads or writes outside, nobody hangs. */
START_TEST(garbage_in_the_memory_harms_nobody)
{
	struct shared_walk w = { 0, 100000 };
	unsigned entries = 0;

	srand((unsigned)_i);
	open_table(1 << 20);
	add_many(0, 3000);
	for (int round = 0; round < 3000; round++) {
		uint32_t *words = (uint32_t *)(void *)region.base;
		size_t at = (size_t)rand() % (region.spans * (SHARED_SPAN / 4));

		/* numbers that are near to real ones, and others */
		words[at] = round % 3 == 0 ? (uint32_t)rand() : (uint32_t)rand() % 70000;
	}
	for (unsigned i = 0; i < 3000; i++) {
		enum shared_put result = shared_table_put(&table, name_of(i), name_of(i), i, true);

		must(result <= SHARED_PUT_FULL);
		if (i % 3 == 0)
			shared_table_remove(&table, name_of(i));
		else if (shared_table_get(&table, name_of(i), &entry))
			must(slice_equal(entry.key, name_of(i)));
	}
	while (shared_table_next(&table, &w, &entry) == SHARED_NEXT_ENTRY && entries < 100000)
		entries++;
	ck_assert(shared_table_own(&region));
	if (shared_table_create(&region, slice_of("one"), &table)) {
		for (unsigned i = 0; i < 100; i++)
			ck_assert_int_le(shared_table_put(&table, name_of(i), slice_of("x"), 1,
							  true), SHARED_PUT_FULL);
	}
	shared_region_close(&region);
}
END_TEST

Suite *shared_table_suite(void)
{
	Suite *s = suite_create("shared_table");
	TCase *tc = tcase_create("shared_table");

	tcase_add_test(tc, an_entry_comes_changes_and_goes);
	tcase_add_test(tc, what_may_not_be_added_may_be_refreshed);
	tcase_add_test(tc, the_longest_entry_and_a_longer_one);
	tcase_add_test(tc, it_grows_and_shrinks_and_gives_its_memory_back);
	tcase_add_loop_test(tc, a_walk_meets_each_entry_once, 0, 3);
	tcase_add_test(tc, a_walk_pauses_after_so_many_empty_buckets);
	tcase_add_test(tc, the_old_expire_bucket_by_bucket);
	tcase_add_test(tc, a_full_region_loses_nothing);
	tcase_add_test(tc, tables_are_found_by_name_and_dropped);
	tcase_add_test(tc, the_memory_of_a_table_that_was_dropped_comes_back_in_pieces);
	tcase_add_test(tc, a_table_gets_the_room_of_those_that_were_dropped);
	tcase_add_loop_test(tc, garbage_in_the_memory_harms_nobody, 0, 8);
	suite_add_tcase(s, tc);
	return s;
}
