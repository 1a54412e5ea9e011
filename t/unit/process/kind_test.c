/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of modules.c, whatever is in it: also with the rows of t/recipes. */
#include <check.h>
#include <string.h>

#include "process/kind.h"

Suite *kind_suite(void);

#define SLOTS 100

START_TEST(each_slot_is_for_one_kind)
{
	const struct process_kind *holders[SLOTS] = { NULL };
	uint32_t taken = 0;

	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		struct kind_range range = kind_slots(process_kinds[i], SLOTS);

		ck_assert_uint_ge(range.count, 1);
		ck_assert_uint_ge(range.first, 1);	/* slot 0 is the master's */
		ck_assert_uint_le(range.first + range.count, SLOTS);
		for (uint32_t slot = range.first; slot < range.first + range.count; slot++) {
			ck_assert_ptr_null(holders[slot]);
			holders[slot] = process_kinds[i];
			taken++;
		}
	}
	ck_assert_uint_eq(taken, SLOTS - 1);
}
END_TEST

START_TEST(one_kind_takes_what_the_others_leave)
{
	unsigned open = 0, fixed = 1;

	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		struct kind_range range = kind_slots(process_kinds[i], SLOTS);

		fixed += process_kinds[i]->slots;
		if (process_kinds[i]->slots != 0) {
			ck_assert_uint_eq(range.count, process_kinds[i]->slots);
			continue;
		}
		open++;
		ck_assert_uint_eq(range.first, 1);	/* its slot is its number */
		ck_assert_uint_eq(range.count, SLOTS - kind_slots_fixed());
	}
	ck_assert_uint_eq(open, 1);
	ck_assert_uint_eq(fixed, kind_slots_fixed());
}
END_TEST

START_TEST(a_slot_says_a_kind_and_is_not_believed)
{
	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		unsigned index = kind_index(process_kinds[i]);

		ck_assert_ptr_eq(kind_at(index), process_kinds[i]);
		ck_assert_str_eq(kind_name(index), process_kinds[i]->name);
	}
	ck_assert_str_eq(kind_name(SLOT_NONE), "none");
	ck_assert_str_eq(kind_name(SLOT_MASTER), "master");
	ck_assert_ptr_null(kind_at(SLOT_MASTER));
	for (unsigned index = SLOT_KINDS; index < 256; index++) {
		ck_assert_ptr_null(kind_at(index));
		ck_assert_str_eq(kind_name(index), "none");
	}
}
END_TEST

START_TEST(names_are_different)
{
	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(process_kinds[i]->name, process_kinds[k]->name);
	}
}
END_TEST

/* Without one the log has no writer, and without settings no level. */
START_TEST(logs_are_written_until_the_end)
{
	unsigned writers = 0;

	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		const struct process_kind *kind = process_kinds[i];

		ck_assert(kind->told & TOLD_ALL);
		ck_assert(!kind_has(kind, KIND_DRAINS) || !kind_has(kind, KIND_STOPS_LAST));
		if (kind_has(kind, KIND_LOGS)) {
			writers++;
			ck_assert(kind_has(kind, KIND_STOPS_LAST));
		}
	}
	ck_assert_uint_eq(writers, 1);
}
END_TEST

static unsigned many(const struct config *config)
{
	(void)config;
	return 7;
}

/* More would never be ready, and the start would never end. */
START_TEST(no_more_are_wanted_than_there_are_slots)
{
	static const struct process_kind fixed = { .name = "fixed", .slots = 2, .count = many };
	static const struct process_kind open = { .name = "open", .count = many };

	ck_assert_uint_eq(kind_count(&fixed, NULL), 2);
	ck_assert_uint_eq(kind_count(&open, NULL), 7);
}
END_TEST

/* It could not be sent a new one. */
START_TEST(who_accepts_is_sent_addresses)
{
	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		if (process_kinds[i]->listens != NULL)
			ck_assert(process_kinds[i]->told & TOLD_ADDRESSES);
	}
}
END_TEST

Suite *kind_suite(void)
{
	Suite *s = suite_create("kind");
	TCase *c = tcase_create("table");

	tcase_add_test(c, each_slot_is_for_one_kind);
	tcase_add_test(c, one_kind_takes_what_the_others_leave);
	tcase_add_test(c, a_slot_says_a_kind_and_is_not_believed);
	tcase_add_test(c, names_are_different);
	tcase_add_test(c, logs_are_written_until_the_end);
	tcase_add_test(c, no_more_are_wanted_than_there_are_slots);
	tcase_add_test(c, who_accepts_is_sent_addresses);
	suite_add_tcase(s, c);
	return s;
}
