/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "signed_fixture.h"
#include "udp/subscription_waiting.h"

Suite *subscription_waiting_suite(void);

static struct subscription_waiting w;
static const struct sockaddr nobody = { .sa_family = AF_UNIX };

static bool add(const char *key, bool suspect)
{
	static struct signed_datagram d;
	struct subscription_arrival a = { .sender = &nobody };

	begin_datagram(&d, slice_of(key), "10.0.0.1:3031");
	end_datagram(&d, SUBSCRIPTION_ADD);
	a.said = d.parsed;
	a.datagram = (struct slice){ d.bytes, d.len };
	return subscription_waiting_add(&w, &a, suspect);
}

static char seen[16];
static size_t seen_count;

/* Keys of one letter; a capital one has to wait again. */
static bool note(const struct subscription_arrival *a, void *arg)
{
	(void)arg;
	ck_assert_uint_eq(a->said.key.len, 1);
	ck_assert_int_eq(a->sender->sa_family, AF_UNIX);
	seen[seen_count++] = a->said.key.data[0];
	return a->said.key.data[0] >= 'a';
}

static const char *each(unsigned most)
{
	memset(seen, 0, sizeof(seen));
	seen_count = 0;
	subscription_waiting_each(&w, most, note, NULL);
	return seen;
}

START_TEST(the_oldest_comes_first_and_some_wait_again)
{
	const char *const keys[] = { "a", "B", "c", "D", "e" };

	ck_assert_uint_eq(subscription_waiting_of(&w, slice_of("a")), 0);
	ck_assert_str_eq(each(9), "");
	for (unsigned i = 0; i < COUNT(keys); i++)
		ck_assert(add(keys[i], false));
	ck_assert_uint_eq(subscription_waiting_of(&w, slice_of("a")), 1);
	ck_assert_str_eq(each(1), "aB");
	ck_assert_uint_eq(subscription_waiting_of(&w, slice_of("a")), 0);
	ck_assert_str_eq(each(9), "BcDe");
	ck_assert_str_eq(each(9), "BD");
	ck_assert_uint_eq(w.count, 2);
	subscription_waiting_clear(&w);
	ck_assert_uint_eq(w.bytes, 0);
	ck_assert_str_eq(each(9), "");
}
END_TEST

START_TEST(bytes_are_bounded_and_a_part_is_not_for_floods)
{
	size_t bytes;

	while (add("flood", true))
		ck_assert_uint_le(w.bytes, SUBSCRIPTION_WAITING_BYTES);
	bytes = w.bytes;
	ck_assert_uint_gt(subscription_waiting_of(&w, slice_of("flood")), 1000);
	ck_assert(add("good", false));
	ck_assert_uint_eq(subscription_waiting_of(&w, slice_of("good")), 1);
	ck_assert(!add("flood", true));
	while (add("good", false))
		ck_assert_uint_le(w.bytes, SUBSCRIPTION_WAITING_BYTES);
	ck_assert_uint_gt(w.bytes, bytes + bytes / 4);
	subscription_waiting_clear(&w);
	ck_assert_uint_eq(w.count, 0);
}
END_TEST

Suite *subscription_waiting_suite(void)
{
	Suite *suite = suite_create("subscription_waiting");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, the_oldest_comes_first_and_some_wait_again);
	tcase_add_test(tests, bytes_are_bounded_and_a_part_is_not_for_floods);
	suite_add_tcase(suite, tests);
	return suite;
}
