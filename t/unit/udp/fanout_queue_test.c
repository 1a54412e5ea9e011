/* SPDX-License-Identifier: BSD-2-Clause */
/* What waits for a name: the newest that there is room for, by number. */
#include <check.h>

#include "udp/fanout_queue.h"

Suite *fanout_queue_suite(void);

#define ROOM (4 * (sizeof(struct fanout_queued) + 10))

static void add(struct fanout_queue *q, const char *text)
{
	struct sockaddr sender = { .sa_family = AF_UNIX };

	fanout_queue_add(q, ROOM, (struct slice){ text, 10 }, text[0] == 'n' ? NULL : &sender);
}

START_TEST(the_newest_stay)
{
	struct fanout_queue q;
	const struct fanout_queued *at;

	fanout_queue_open(&q);
	ck_assert_ptr_null(fanout_queue_from(&q, 0));
	add(&q, "0123456789");
	add(&q, "1123456789");
	add(&q, "nobody----");
	at = fanout_queue_from(&q, 2);
	ck_assert_uint_eq(at->number, 2);
	ck_assert_int_eq(memcmp(at->bytes, "1123456789", 10), 0);
	at = fanout_queue_next(&q, at);
	ck_assert_uint_eq(at->number, 3);
	ck_assert_int_eq(at->sender.ss_family, AF_UNSPEC);
	ck_assert_ptr_null(fanout_queue_next(&q, at));
	ck_assert_ptr_null(fanout_queue_from(&q, 4));
	add(&q, "3123456789");
	add(&q, "4123456789");
	ck_assert_uint_eq(q.count, 4);
	ck_assert_uint_eq(q.dropped, 1);
	ck_assert_uint_eq(fanout_queue_from(&q, 0)->number, 2);
	fanout_queue_clear(&q);
	ck_assert_uint_eq(q.bytes, 0);
	ck_assert_uint_eq(q.count, 0);
}
END_TEST

START_TEST(one_that_is_longer_than_all)
{
	struct fanout_queue q;
	static char bytes[65507];

	fanout_queue_open(&q);
	add(&q, "0123456789");
	fanout_queue_add(&q, ROOM, (struct slice){ bytes, sizeof(bytes) }, NULL);
	ck_assert_uint_eq(q.count, 1);
	ck_assert_uint_eq(q.dropped, 1);
	fanout_queue_clear(&q);
}
END_TEST

Suite *fanout_queue_suite(void)
{
	Suite *suite = suite_create("fanout_queue");
	TCase *tests = tcase_create("fanout_queue");

	tcase_add_test(tests, the_newest_stay);
	tcase_add_test(tests, one_that_is_longer_than_all);
	suite_add_tcase(suite, tests);
	return suite;
}
