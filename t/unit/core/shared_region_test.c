/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/shared_region.h"

Suite *shared_region_suite(void);

#define MANY 4000

static struct shared_region region;
static uint32_t offsets[MANY];
static size_t sizes[MANY];

/* ck_assert() takes a microsecond even when it holds: not in the inner loops. */
static void must(bool holds)
{
	if (!holds)
		ck_abort();
}

static void open_region(size_t bytes)
{
	ck_assert(shared_region_open(&region, "test", bytes));
	ck_assert(shared_region_own(&region));
	shared_region_sweep(&region);
}

static void fill(unsigned i)
{
	memset(shared_region_at(&region, offsets[i], sizes[i]), (int)(i & 0xff), sizes[i]);
}

static bool is_filled(unsigned i)
{
	const unsigned char *bytes = shared_region_at(&region, offsets[i], sizes[i]);

	for (size_t k = 0; k < sizes[i]; k++) {
		if (bytes[k] != (i & 0xff))
			return false;
	}
	return true;
}

static void take(unsigned i)
{
	sizes[i] = 1 + (size_t)rand() % (i % 50 == 0 ? SHARED_BLOCK_MAX : 600);
	offsets[i] = shared_region_take(&region, sizes[i]);
	must(offsets[i] != 0);
	fill(i);
}

START_TEST(blocks_do_not_overlap)
{
	srand(1);
	open_region(64 << 20);
	for (unsigned i = 0; i < MANY; i++)
		take(i);
	for (unsigned round = 0; round < 8000; round++) {
		unsigned i = (unsigned)rand() % MANY;

		must(is_filled(i));
		shared_region_give(&region, offsets[i]);
		take(i);
	}
	for (unsigned i = 0; i < MANY; i++) {
		must(is_filled(i));
		shared_region_give(&region, offsets[i]);
	}
	ck_assert_uint_eq(shared_region_used(&region), 0);
	shared_region_close(&region);
}
END_TEST

START_TEST(every_size_fits_its_class)
{
	for (size_t bytes = 1; bytes <= SHARED_BLOCK_MAX; bytes++) {
		size_t size = shared_region_size(bytes);

		ck_assert_uint_ge(size, bytes);
		ck_assert_uint_le(size, bytes + bytes / 8 + SHARED_GRANULE);
		ck_assert_uint_eq(shared_region_size(size), size);
	}
}
END_TEST

START_TEST(a_full_region_says_so_and_has_room_again)
{
	unsigned count = 0;

	open_region(4 * SHARED_SPAN);
	while ((offsets[count] = shared_region_take(&region, 1000)) != 0)
		count++;
	ck_assert_uint_eq(count, 3u * (SHARED_SPAN / shared_region_size(1000)));
	ck_assert_uint_eq(shared_region_take_span(&region), 0);
	shared_region_give(&region, offsets[7]);
	ck_assert_uint_eq(shared_region_take(&region, 1000), offsets[7]);
	/* what is empty serves any size */
	for (unsigned i = 0; i < count; i++)
		shared_region_give(&region, offsets[i]);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_ne(shared_region_take_span(&region), 0);
	shared_region_close(&region);
}
END_TEST

START_TEST(a_span_is_zeroed_whatever_it_held)
{
	open_region(40 * SHARED_SPAN);
	for (unsigned i = 0; i < 39; i++) {
		offsets[i] = shared_region_take_span(&region);
		ck_assert_uint_ne(offsets[i], 0);
		memset(shared_region_at(&region, offsets[i], SHARED_SPAN), 0xff, SHARED_SPAN);
	}
	/* more than are kept with their pages */
	for (unsigned i = 0; i < 39; i++)
		shared_region_give(&region, offsets[i]);
	for (unsigned i = 0; i < 39; i++) {
		offsets[i] = shared_region_take_span(&region);
		sizes[i] = SHARED_SPAN;
		for (size_t k = 0; k < SHARED_SPAN; k += 8)
			must(*(uint64_t *)shared_region_at(&region, offsets[i] +
					(uint32_t)(k / SHARED_GRANULE), 8) == 0);
	}
	shared_region_close(&region);
}
END_TEST

START_TEST(a_successor_uses_what_was_not_marked)
{
	uint32_t span;

	srand(3);
	open_region(8 << 20);
	span = shared_region_take_span(&region);
	for (unsigned i = 0; i < 1000; i++)
		take(i);
	ck_assert(shared_region_own(&region));
	ck_assert(shared_region_mark_span(&region, span));
	for (unsigned i = 0; i < 1000; i += 2)
		ck_assert(shared_region_mark(&region, offsets[i], sizes[i]));
	/* twice, in the middle of a block, of another size, outside */
	ck_assert(!shared_region_mark(&region, offsets[0], sizes[0]));
	ck_assert(!shared_region_mark(&region, span, 100));
	ck_assert(!shared_region_mark(&region, offsets[2] + 1, sizes[2]));
	ck_assert(!shared_region_mark(&region, 1, 100));
	ck_assert(!shared_region_mark(&region, UINT32_MAX, 100));
	shared_region_sweep(&region);
	for (unsigned i = 1; i < 1000; i += 2)
		take(i);
	for (unsigned i = 0; i < 1000; i++)
		must(is_filled(i));
	shared_region_close(&region);
}
END_TEST

START_TEST(no_offset_leads_out_of_the_region)
{
	open_region(2 * SHARED_SPAN);
	ck_assert_ptr_null(shared_region_at(&region, 0, 1));
	ck_assert_ptr_null(shared_region_at(&region, SHARED_SPAN / SHARED_GRANULE - 1, 1));
	ck_assert_ptr_nonnull(shared_region_at(&region, SHARED_SPAN / SHARED_GRANULE, SHARED_SPAN));
	ck_assert_ptr_null(shared_region_at(&region, SHARED_SPAN / SHARED_GRANULE + 1,
					    SHARED_SPAN));
	ck_assert_ptr_null(shared_region_at(&region, UINT32_MAX, 1));
	ck_assert_ptr_null(shared_region_at(&region, SHARED_SPAN / SHARED_GRANULE, SIZE_MAX / 2));
	shared_region_give(&region, UINT32_MAX);
	shared_region_give(&region, 1);
	shared_region_close(&region);
}
END_TEST

Suite *shared_region_suite(void)
{
	Suite *s = suite_create("shared_region");
	TCase *tc = tcase_create("shared_region");

	tcase_add_test(tc, blocks_do_not_overlap);
	tcase_add_test(tc, every_size_fits_its_class);
	tcase_add_test(tc, a_full_region_says_so_and_has_room_again);
	tcase_add_test(tc, a_span_is_zeroed_whatever_it_held);
	tcase_add_test(tc, a_successor_uses_what_was_not_marked);
	tcase_add_test(tc, no_offset_leads_out_of_the_region);
	suite_add_tcase(s, tc);
	return s;
}
