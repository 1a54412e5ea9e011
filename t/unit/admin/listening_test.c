/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <time.h>

#include "admin/listening.h"
#include "process/change.h"

Suite *listening_suite(void);

static unsigned seen;

static void count(const struct addr *addr, void *arg)
{
	(void)addr;
	(void)arg;
	seen++;
}

static struct handle service(uint32_t index)
{
	return (struct handle){ index, 1 };
}

static void change(uint32_t id, uint32_t index)
{
	struct change_op op = { .verb = CHANGE_PUT, .parent = service(index),
				.address = { .id = id } };

	ck_assert(listening_prepare(&op));
}

static unsigned addresses_of(uint32_t index)
{
	seen = 0;
	listening_each(service(index), count, NULL);
	return seen;
}

START_TEST(an_address_belongs_to_one_service_at_a_time)
{
	listening_open();
	change(1, 5);
	change(2, 5);
	ck_assert_uint_eq(addresses_of(5), 0);
	listening_commit();
	ck_assert_uint_eq(addresses_of(5), 2);
	change(1, 6);
	change(3, 6);
	listening_abort();
	ck_assert_uint_eq(addresses_of(6), 0);
	change(1, 6);
	listening_commit();
	listening_close_address(2);
	listening_close_address(7);
	ck_assert_uint_eq(addresses_of(5), 0);
	ck_assert_uint_eq(addresses_of(6), 1);
	listening_close();
}
END_TEST

/* CPU time of a start with so many, in clock ticks. */
static clock_t cost(uint32_t addresses)
{
	clock_t began = clock();

	listening_open();
	for (uint32_t id = 1; id <= addresses; id++)
		change(id, 1);
	listening_commit();
	began = clock() - began;
	ck_assert_uint_eq(addresses_of(1), addresses);
	listening_close();
	return began;
}

START_TEST(many_addresses_are_not_searched_one_by_one)
{
	clock_t many = cost(64000);

	/* 0.1 to 0.4 s, however busy the machine is; one by one it was 14 s */
	ck_assert_msg(many < 5 * CLOCKS_PER_SEC, "64,000: %ld", (long)many);
}
END_TEST

Suite *listening_suite(void)
{
	Suite *s = suite_create("listening");
	TCase *c = tcase_create("addresses");

	tcase_add_test(c, an_address_belongs_to_one_service_at_a_time);
	tcase_add_test(c, many_addresses_are_not_searched_one_by_one);
	tcase_set_timeout(c, 60);
	suite_add_tcase(s, c);
	return s;
}
