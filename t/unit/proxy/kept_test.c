/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/scoreboard.h"
#include "core/shared_map.h"
#include "proxy/kept.h"
#include "proxy/scratch.h"

Suite *kept_suite(void);

static struct kept kept;
static char bytes[SCRATCH_SIZE], into[SCRATCH_SIZE];

static void begin(uint64_t limit)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1, .sessions = 1 };

	shared_map_close_all();	/* of the time before: thousands of them do not fit */
	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	kept_open(limit);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + i / 251);
}

static void end(void)
{
	kept_close(&kept);
	ck_assert(kept_empty(&kept));
	ck_assert_uint_eq(counter_of(0, COUNTER_BUFFER_BYTES), 0);
}

START_TEST(in_order_over_chunks)
{
	size_t at = 0, len;

	begin(64 << 20);
	for (size_t put = 0; put < sizeof(bytes); put += 4096)
		ck_assert(kept_put(&kept, bytes + put, 4096));
	while (!kept_empty(&kept)) {
		const char *front = kept_front(&kept, &len);

		ck_assert_uint_gt(len, 0);
		len = len > 1000 ? 1000 : len;
		ck_assert_int_eq(memcmp(front, bytes + at, len), 0);
		kept_take(&kept, len);
		at += len;
	}
	ck_assert_uint_eq(at, sizeof(bytes));
	end();
}
END_TEST

START_TEST(gathered_where_they_are_or_copied)
{
	struct slice all;

	begin(64 << 20);
	all = kept_gather(&kept, into, sizeof(into));
	ck_assert_uint_eq(all.len, 0);
	ck_assert(kept_put(&kept, bytes, 1000));
	kept_take(&kept, 10);
	all = kept_gather(&kept, into, sizeof(into));
	ck_assert_uint_eq(all.len, 990);
	ck_assert_int_eq(memcmp(all.data, bytes + 10, all.len), 0);
	ck_assert(all.data != into);
	ck_assert(kept_put(&kept, bytes + 1000, sizeof(bytes) - 1000));
	all = kept_gather(&kept, into, sizeof(into));
	ck_assert_uint_eq(all.len, sizeof(bytes) - 10);
	ck_assert_int_eq(memcmp(all.data, bytes + 10, all.len), 0);
	ck_assert(all.data == into);
	end();
}
END_TEST

/* Whoever reads may get a scratch buffer's worth, which begins in a chunk that is there. */
START_TEST(full_before_a_read_could_be_too_much)
{
	begin(128 << 10);
	ck_assert(!kept_full());
	ck_assert(kept_put(&kept, bytes, 40000));
	ck_assert(!kept_full());
	ck_assert(kept_put(&kept, bytes, 20000));
	ck_assert(kept_full());
	kept_set_limit(1 << 20);
	ck_assert(!kept_full());
	end();
}
END_TEST

/* The end is cut off everywhere: within a chunk, at its end, and where it is all but one byte. */
START_TEST(cut_anywhere)
{
	static const size_t places[] = { 1, 1000, 16368, 16369, 40000, 65535, 65536 };

	for (size_t i = 0; i < COUNT(places); i++) {
		size_t at = places[i];
		struct slice left;

		begin(64 << 20);
		ck_assert(kept_put(&kept, bytes, sizeof(bytes)));
		ck_assert_uint_eq(kept_len(&kept), sizeof(bytes));
		ck_assert_uint_eq(kept_cut(&kept, at, into), sizeof(bytes) - at);
		ck_assert_int_eq(memcmp(into, bytes + at, sizeof(bytes) - at), 0);
		ck_assert_uint_eq(kept_len(&kept), at);
		ck_assert(kept_put(&kept, bytes + at, sizeof(bytes) - at));
		left = kept_gather(&kept, into, sizeof(into));
		ck_assert_uint_eq(left.len, sizeof(bytes));
		ck_assert_int_eq(memcmp(left.data, bytes, sizeof(bytes)), 0);
		end();
	}
}
END_TEST

Suite *kept_suite(void)
{
	Suite *s = suite_create("kept");
	TCase *tc = tcase_create("kept");

	tcase_add_test(tc, in_order_over_chunks);
	tcase_add_test(tc, gathered_where_they_are_or_copied);
	tcase_add_test(tc, full_before_a_read_could_be_too_much);
	tcase_add_test(tc, cut_anywhere);
	suite_add_tcase(s, tc);
	return s;
}
