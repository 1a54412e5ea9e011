/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"
#include "core/cache_item.h"

Suite *cache_item_suite(void);

START_TEST(stamps)
{
	const uint64_t now = 1795000000000;
	uint64_t stamp = cache_item_stamp(CACHE_LIVE, now);

	ck_assert_int_eq(cache_item_stamp_origin(stamp), CACHE_LIVE);
	ck_assert_uint_eq(cache_item_stamp_number(stamp), now);
	ck_assert(!cache_item_stamp_over(stamp, now - 1));
	ck_assert(cache_item_stamp_over(stamp, now));
	ck_assert(!cache_item_stamp_over(cache_item_stamp(CACHE_LIVE, 0), now));
	stamp = cache_item_stamp(CACHE_FILE, now - 1);
	ck_assert_int_eq(cache_item_stamp_origin(stamp), CACHE_FILE);
	ck_assert_uint_eq(cache_item_stamp_number(stamp), now - 1);
	ck_assert(!cache_item_stamp_over(stamp, now));
	ck_assert(!cache_item_stamp_over(cache_item_stamp(CACHE_ENTRY, 1), now));
	/* of no origin: the memory is shared */
	ck_assert_int_eq(cache_item_stamp_origin(UINT64_MAX), CACHE_LIVE);
}
END_TEST

static struct pool pool, again;

static size_t write_two(char *out, size_t size)
{
	pool = (struct pool){ .count = 2 };
	pool.nodes[0] = (struct pool_node){ .cell = 1, .weight = 1, .modifier1 = 5,
					    .name = slice_of("127.0.0.1:1") };
	pool.nodes[1] = (struct pool_node){ .cell = 2, .weight = 1, .name = slice_of("@x") };
	return cache_item_write(slice_of("127.0.0.1:1,5|@x"), &pool, out, size);
}

START_TEST(an_item_is_read_back)
{
	char out[512];
	struct slice value;
	size_t len = write_two(out, sizeof(out));

	ck_assert_uint_gt(len, 0);
	ck_assert(cache_item_read((struct slice){ out, len }, &value, &again));
	ck_assert(slice_is(value, "127.0.0.1:1,5|@x"));
	ck_assert_int_eq(again.count, 2);
	ck_assert_int_eq(again.nodes[0].modifier1, 5);
	ck_assert(slice_is(again.nodes[1].name, "@x"));
	for (size_t room = 0; room < len; room++)
		ck_assert_uint_eq(write_two(out, room), 0);
}
END_TEST

START_TEST(values_of_any_bytes)
{
	static char text[CACHE_ITEM_MAX + 1], out[2 * CACHE_ITEM_MAX];
	struct slice value;
	size_t len;

	memset(text, 0, sizeof(text));
	pool.count = 0;
	len = cache_item_write((struct slice){ text, CACHE_ITEM_MAX }, &pool, out, sizeof(out));
	ck_assert_uint_gt(len, 0);
	ck_assert(cache_item_read((struct slice){ out, len }, &value, &again));
	ck_assert_uint_eq(value.len, CACHE_ITEM_MAX);
	ck_assert_int_eq(again.count, 0);
	ck_assert_uint_eq(cache_item_write((struct slice){ text, sizeof(text) }, &pool, out,
					   sizeof(out)), 0);
	len = cache_item_write((struct slice){ NULL, 0 }, &pool, out, sizeof(out));
	ck_assert(cache_item_read((struct slice){ out, len }, &value, &again));
	ck_assert_uint_eq(value.len, 0);
}
END_TEST

/* Whatever is cut off, nothing behind the end is read: the sanitizers tell. */
START_TEST(damaged_ones)
{
	char out[512];
	size_t len = write_two(out, sizeof(out));
	struct slice value;

	for (size_t cut = 0; cut < len; cut++) {
		char *part = malloc(cut + 1);

		memcpy(part, out, cut);
		ck_assert(!cache_item_read((struct slice){ part, cut }, &value, &again) ||
			  again.count <= 2);
		free(part);
	}
	out[0] = out[1] = (char)0xff;
	ck_assert(!cache_item_read((struct slice){ out, len }, &value, &again));
}
END_TEST

START_TEST(names_of_tables)
{
	char buf[SHARED_TABLE_NAME + 1], name[300];

	ck_assert(slice_is(cache_item_table_name("hosts", buf), "c/hosts"));
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_uint_eq(cache_item_table_name(name, buf).len, SHARED_TABLE_NAME);
}
END_TEST

Suite *cache_item_suite(void)
{
	Suite *suite = suite_create("cache_item");
	TCase *tests = tcase_create("cache_item");

	tcase_add_test(tests, stamps);
	tcase_add_test(tests, an_item_is_read_back);
	tcase_add_test(tests, values_of_any_bytes);
	tcase_add_test(tests, damaged_ones);
	tcase_add_test(tests, names_of_tables);
	suite_add_tcase(suite, tests);
	return suite;
}
