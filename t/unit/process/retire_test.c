/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "event/event.h"
#include "process/addresses.h"
#include "process/retire.h"

Suite *retire_suite(void);

static struct address address;
static unsigned shut;

static void on_shut(void)
{
	shut++;
}

/* Of a kind whose clients cannot be kept away: two rounds. */
static void setup(void)
{
	address = (struct address){ .addr = { .kind = ADDR_ABSTRACT } };
	addresses_add(&address);
	shut = 0;
	retire_open(on_shut);
	ck_assert(loop_open("poll"));
	retire_start(&address);
}

static void teardown(void)
{
	address_close(&address);
	loop_close();
}

/* There are no children here: as if two workers had been asked. */
static uint64_t asked(void)
{
	address.answers = 2;
	return (uint64_t)address.round << 32 | address.id;
}

static uint64_t last_round(void)
{
	address.timer.handler(&address.timer);
	return asked();
}

START_TEST(the_last_round_ends_with_the_last_answer)
{
	uint64_t last = last_round();

	retire_answered(last);
	ck_assert_uint_eq(shut, 0);
	retire_answered(last);
	ck_assert_uint_eq(shut, 1);
	ck_assert_int_eq(address.state, ADDRESS_SHUT);
	retire_answered(last);
	ck_assert_uint_eq(shut, 1);
}
END_TEST

START_TEST(a_late_answer_to_the_first_round_is_none_to_the_last)
{
	uint64_t first = asked(), last = last_round();

	retire_answered(last);
	retire_answered(first);
	ck_assert_uint_eq(shut, 0);
	retire_answered(last);
	ck_assert_uint_eq(shut, 1);
}
END_TEST

START_TEST(answers_from_before_it_was_resumed_do_not_count)
{
	uint64_t before = last_round(), last;

	retire_cancel(&address);
	retire_answered(before);
	retire_start(&address);
	last = last_round();
	retire_answered(before);
	retire_answered(before);
	ck_assert_uint_eq(shut, 0);
	retire_answered(last);
	retire_answered(last);
	ck_assert_uint_eq(shut, 1);
}
END_TEST

Suite *retire_suite(void)
{
	Suite *s = suite_create("retire");
	TCase *c = tcase_create("rounds");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_last_round_ends_with_the_last_answer);
	tcase_add_test(c, a_late_answer_to_the_first_round_is_none_to_the_last);
	tcase_add_test(c, answers_from_before_it_was_resumed_do_not_count);
	suite_add_tcase(s, c);
	return s;
}
