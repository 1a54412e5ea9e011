/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/pool_cell.h"

Suite *pool_suite(void);

static struct pool pool, back;
static char value[POOL_VALUE_MAX], host[POOL_HOST], host6[POOL_HOST];

static struct addr parse(const char *text)
{
	struct addr addr;
	char why[256];

	ck_assert_msg(addr_parse(&addr, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why)), "%s",
		      why);
	return addr;
}

static void fill(void)
{
	struct addr v4 = parse("10.0.2.11:41233"), v6 = parse("[fd00::7]:3031");

	pool = (struct pool){ .balance = POOL_WLRC, .count = 3 };
	pool.nodes[0] = (struct pool_node){ .cell = 7, .generation = 3, .weight = 2,
		.modifier1 = 5, .modifier2 = 9, .backup = 1, .proto = 'h', .flags = POOL_STATIC,
		.name = slice_of("10.0.2.11:41233"), .host = pool_host(&v4, host),
		.vassal = slice_of("one.ini") };
	pool.nodes[1] = (struct pool_node){ .cell = 8, .generation = 65535, .weight = 65535,
		.name = slice_of("[fd00::7]:3031"), .host = pool_host(&v6, host6) };
	pool.nodes[2] = (struct pool_node){ .cell = 4000000, .weight = 1,
					    .vassal = slice_of("two.ini") };
}

START_TEST(what_is_written_is_read_back)
{
	size_t len;

	fill();
	len = pool_write(&pool, value, sizeof(value));
	ck_assert_uint_ne(len, 0);
	ck_assert(pool_read(&back, (struct slice){ value, len }));
	ck_assert_uint_eq(back.count, 3);
	ck_assert_uint_eq(back.balance, POOL_WLRC);
	for (unsigned i = 0; i < 3; i++) {
		const struct pool_node *a = &pool.nodes[i], *b = &back.nodes[i];

		ck_assert(slice_equal(a->name, b->name) && slice_equal(a->vassal, b->vassal) &&
			  slice_equal(a->host, b->host));
		ck_assert(a->cell == b->cell && a->generation == b->generation &&
			  a->weight == b->weight && a->modifier1 == b->modifier1 &&
			  a->modifier2 == b->modifier2 && a->backup == b->backup &&
			  a->proto == b->proto && a->flags == b->flags);
	}
}
END_TEST

START_TEST(addresses_are_packed_and_unpacked)
{
	static const char *const texts[] = { "10.0.2.11:41233", "[fd00::7]:3031",
					     "unix:/run/a.sock" };
	char buf[ADDR_TEXT];

	for (size_t i = 0; i < COUNT(texts); i++) {
		struct addr addr = parse(texts[i]), got;
		struct pool_node n = { .name = slice_of(texts[i]) };

		n.host = pool_host(&addr, host);
		ck_assert(pool_address(&n, &got));
		ck_assert(addr_equal(&addr, &got));
		ck_assert_str_eq(addr_print(&got, buf, sizeof(buf)), texts[i]);
	}
	ck_assert(!pool_address(&(struct pool_node){ .name = slice_of("10.0.0.1:1") },
				&(struct addr){ .kind = ADDR_NONE }));
}
END_TEST

START_TEST(abstract_names_end_in_nul)
{
	struct addr addr = parse("@foobar"), got;
	struct pool_node n = { .name = slice_of("@foobar") };

	n.host = pool_host(&addr, host);
	ck_assert(pool_address(&n, &got));
	ck_assert_uint_eq(got.len, offsetof(struct sockaddr_un, sun_path) + sizeof("_foobar"));
}
END_TEST

/* The memory is shared: whatever is in it, nothing beyond it is read (as ASan sees it). */
START_TEST(garbage_is_no_pool)
{
	size_t len;
	char *exact;

	fill();
	len = pool_write(&pool, value, sizeof(value));
	for (size_t cut = 0; cut < len; cut++) {
		exact = malloc(cut + 1);
		ck_assert_ptr_nonnull(exact);
		memcpy(exact, value, cut);
		ck_assert(!pool_read(&back, (struct slice){ exact, cut }));
		ck_assert_uint_eq(back.count, 0);
		free(exact);
	}
	memset(value, 0xff, len);
	(void)!pool_read(&back, (struct slice){ value, len });
	ck_assert_uint_eq(back.count, 0);
}
END_TEST

START_TEST(one_that_does_not_fit_is_not_written)
{
	fill();
	ck_assert_uint_eq(pool_write(&pool, value, 100), 0);
	ck_assert_uint_eq(pool_write(&pool, value, 3), 0);
}
END_TEST

START_TEST(words_of_algorithms)
{
	static const struct { const char *word; enum pool_balance balance; } words[] = {
		{ "wrr", POOL_WRR }, { "lrc", POOL_LRC }, { "wlrc", POOL_WLRC },
		{ "iphash", POOL_IPHASH }, { "round_robin", POOL_WRR },
		{ "least_connections", POOL_LRC },
	};
	enum pool_balance got;

	for (size_t i = 0; i < COUNT(words); i++) {
		ck_assert(pool_balance_read(slice_of(words[i].word), &got));
		ck_assert_int_eq(got, words[i].balance);
	}
	ck_assert(!pool_balance_read(slice_of(""), &got));
	ck_assert(!pool_balance_read(slice_of("WRR"), &got));
}
END_TEST

START_TEST(hold_off_grows_to_ten_seconds)
{
	static const uint64_t steps[] = { 500, 1000, 2000, 4000, 8000, 10000, 10000 };
	uint64_t hold = 0, now = 123456;

	for (size_t i = 0; i < COUNT(steps); i++) {
		hold = pool_cell_hold_next(hold, now);
		ck_assert_uint_eq(pool_cell_hold_until(hold), now + steps[i]);
		ck_assert_uint_eq(pool_cell_hold_failures(hold), i + 1);
		now += steps[i];
	}
	for (unsigned i = 0; i < 300; i++)
		hold = pool_cell_hold_next(hold, now);
	ck_assert_uint_eq(pool_cell_hold_failures(hold), 255);
	ck_assert_uint_eq(pool_cell_hold_until(hold), now + 10000);
}
END_TEST

START_TEST(the_age_goes_round_with_its_clock)
{
	uint64_t round = (uint64_t)UINT32_MAX * POOL_CLOCK_MS;
	struct pool_cell c = { .announced = pool_clock(round - 1000) };

	ck_assert_uint_eq(pool_cell_age(&c, round - 1000), 0);
	ck_assert_uint_eq(pool_cell_age(&c, round + 20000), 21000);
	/* another process has looked at the clock a moment before */
	ck_assert_uint_eq(pool_cell_age(&c, round - 1020), 0);
}
END_TEST

Suite *pool_suite(void)
{
	Suite *s = suite_create("pool");
	TCase *tc = tcase_create("pool");

	tcase_add_test(tc, what_is_written_is_read_back);
	tcase_add_test(tc, addresses_are_packed_and_unpacked);
	tcase_add_test(tc, abstract_names_end_in_nul);
	tcase_add_test(tc, garbage_is_no_pool);
	tcase_add_test(tc, one_that_does_not_fit_is_not_written);
	tcase_add_test(tc, words_of_algorithms);
	tcase_add_test(tc, hold_off_grows_to_ten_seconds);
	tcase_add_test(tc, the_age_goes_round_with_its_clock);
	suite_add_tcase(s, tc);
	return s;
}
