/* SPDX-License-Identifier: BSD-2-Clause */
/* Which neighbours of a batch are sent as one. */
#include <check.h>

#include "udp/fanout_batch.h"

Suite *fanout_batch_suite(void);

static char bytes[65536];

static const struct {
	unsigned sizes[8];	/* until 1 << 20 */
	unsigned first[9];	/* of each slot where datagrams can be sent as one */
	unsigned slots;
} batches[] = {
	{ { 100, 100, 100, 1 << 20 }, { 0, 3 }, 1 },
	{ { 100, 100, 60, 1 << 20 }, { 0, 3 }, 1 },
	{ { 100, 60, 100, 1 << 20 }, { 0, 2, 3 }, 2 },
	{ { 60, 100, 1 << 20 }, { 0, 1, 2 }, 2 },
	{ { 0, 0, 100, 0, 1 << 20 }, { 0, 1, 2, 3, 4 }, 4 },
	{ { 40000, 40000, 1 << 20 }, { 0, 1, 2 }, 2 },
	{ { 30000, 30000, 30000, 1 << 20 }, { 0, 2, 3 }, 2 },
	{ { 65507, 1, 1, 1 << 20 }, { 0, 1, 3 }, 2 },
};

START_TEST(neighbours)
{
	struct fanout_batch *b = fanout_batch_begin();

	for (unsigned i = 0; batches[_i].sizes[i] != 1 << 20; i++)
		fanout_batch_add(b, (struct slice){ bytes, batches[_i].sizes[i] }, NULL);
	fanout_batch_plan(b);
	ck_assert_uint_eq(b->single.count, b->count);
	for (unsigned i = 0; i <= b->count; i++)
		ck_assert_uint_eq(b->single.first[i], i);
#ifdef HAVE_UDP_SEGMENT
	ck_assert_uint_eq(b->grouped.count, batches[_i].slots);
	for (unsigned i = 0; i <= b->grouped.count; i++)
		ck_assert_uint_eq(b->grouped.first[i], batches[_i].first[i]);
#endif
	for (unsigned i = 0; i < b->grouped.count; i++)
		ck_assert_uint_eq(b->grouped.slots[i].head.msg_iovlen,
				  (size_t)b->grouped.first[i + 1] - b->grouped.first[i]);
}
END_TEST

START_TEST(a_whole_batch)
{
	struct fanout_batch *b = fanout_batch_begin();

	for (unsigned i = 0; i < FANOUT_BATCH; i++)
		fanout_batch_add(b, (struct slice){ bytes, 1200 }, NULL);
	fanout_batch_plan(b);
	ck_assert_uint_eq(b->grouped.first[b->grouped.count], FANOUT_BATCH);
	for (unsigned i = 0; i < b->grouped.count; i++)
		ck_assert_uint_le(b->grouped.slots[i].head.msg_iovlen * 1200, 65507);
}
END_TEST

Suite *fanout_batch_suite(void)
{
	Suite *suite = suite_create("fanout_batch");
	TCase *tests = tcase_create("fanout_batch");

	tcase_add_loop_test(tests, neighbours, 0, sizeof(batches) / sizeof(batches[0]));
	tcase_add_test(tests, a_whole_batch);
	suite_add_tcase(suite, tests);
	return suite;
}
