/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/slab.h"

Suite *slab_suite(void);

#define ITEMS 3000
#define SIZE 400

static void *items[ITEMS];

START_TEST(items_do_not_overlap)
{
	struct slab slab;

	slab_init(&slab, SIZE);
	for (int i = 0; i < ITEMS; i++) {
		items[i] = slab_take(&slab);
		ck_assert_ptr_nonnull(items[i]);
		memset(items[i], i & 0xff, SIZE);
	}
	for (int i = 0; i < ITEMS; i++) {
		const unsigned char *bytes = items[i];

		ck_assert_uint_eq(bytes[0], (unsigned)i & 0xff);
		ck_assert_uint_eq(bytes[SIZE - 1], (unsigned)i & 0xff);
		slab_give(&slab, items[i]);
	}
}
END_TEST

START_TEST(empty_chunks_go_back_but_for_one)
{
	struct slab slab;
	unsigned chunks = 0;

	slab_init(&slab, SIZE);
	for (int i = 0; i < ITEMS; i++)
		items[i] = slab_take(&slab);
	for (int i = ITEMS - 1; i >= 0; i--)
		slab_give(&slab, items[i]);
	for (struct list *node = slab.partial.next; node != &slab.partial; node = node->next)
		chunks++;
	ck_assert_uint_eq(chunks, 1);
	ck_assert_uint_eq(slab.spare, 1);
	/* and it can be used again */
	items[0] = slab_take(&slab);
	ck_assert_ptr_nonnull(items[0]);
	ck_assert_uint_eq(slab.spare, 0);
	slab_give(&slab, items[0]);
}
END_TEST

Suite *slab_suite(void)
{
	Suite *s = suite_create("slab");
	TCase *tc = tcase_create("slab");

	tcase_add_test(tc, items_do_not_overlap);
	tcase_add_test(tc, empty_chunks_go_back_but_for_one);
	suite_add_tcase(s, tc);
	return s;
}
