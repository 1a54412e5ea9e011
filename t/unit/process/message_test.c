/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "process/message.h"

Suite *message_suite(void);

#define MASTER MESSAGE_FROM_MASTER
#define CHILD MESSAGE_FROM_CHILD
#define REQUESTER (MESSAGE_FROM_CHILD | MESSAGE_FROM_REQUESTER)
#define NAMER (MESSAGE_FROM_CHILD | MESSAGE_FROM_NAMER)
#define ANY (REQUESTER | NAMER)

static bool takes_any(unsigned kind, unsigned from)
{
	for (size_t size = 0; size < 4096; size++) {
		if (message_rule(kind, from, size) != NULL)
			return true;
	}
	return false;
}

START_TEST(every_message_goes_one_way)
{
	for (unsigned kind = MESSAGE_NONE + 1; kind < MESSAGE_KINDS; kind++)
		ck_assert_msg(takes_any(kind, MASTER) != takes_any(kind, ANY), "message %u", kind);
}
END_TEST

START_TEST(what_is_too_short_or_unknown_is_refused)
{
	const size_t size = sizeof(struct message_commit);

	ck_assert_ptr_null(message_rule(MESSAGE_NONE, MASTER, 100));
	ck_assert_ptr_null(message_rule(MESSAGE_KINDS, MASTER, 100));
	ck_assert_ptr_null(message_rule(0xffffffff, CHILD, 100));
	ck_assert_ptr_null(message_rule(MESSAGE_COMMIT, MASTER, size - 1));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_COMMIT, MASTER, size));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_READY, CHILD, 0));
	ck_assert_ptr_null(message_rule(MESSAGE_READY, MASTER, 0));
}
END_TEST

/* A child can be taken over: what one message of it costs the master has an end. */
START_TEST(no_message_of_a_child_is_long)
{
	for (unsigned kind = 0; kind < MESSAGE_KINDS; kind++) {
		size_t most = kind == MESSAGE_REQUEST ? 25u << 20
			    : kind == MESSAGE_NAMES ? 256u << 10 : 4096;

		ck_assert_msg(!message_may_grow(kind, ANY, most), "message %u", kind);
	}
	ck_assert(message_may_grow(MESSAGE_OPERATION, MASTER, 100u << 20));
}
END_TEST

START_TEST(only_a_requester_requests_anything)
{
	const size_t size = sizeof(struct message_request);

	ck_assert_ptr_nonnull(message_rule(MESSAGE_REQUEST, REQUESTER, size));
	ck_assert_ptr_null(message_rule(MESSAGE_REQUEST, CHILD, size));
	ck_assert_ptr_null(message_rule(MESSAGE_REQUEST, MASTER, size));
	ck_assert_ptr_null(message_rule(MESSAGE_REQUEST, NAMER, size));
	ck_assert_ptr_null(message_rule(MESSAGE_NAMES, REQUESTER, 64));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_NAMES, NAMER, 64));
	ck_assert_ptr_null(message_rule(MESSAGE_ADDRESS_DONE, MASTER, size));
}
END_TEST

Suite *message_suite(void)
{
	Suite *s = suite_create("message");
	TCase *c = tcase_create("rules");

	tcase_add_test(c, every_message_goes_one_way);
	tcase_add_test(c, what_is_too_short_or_unknown_is_refused);
	tcase_add_test(c, no_message_of_a_child_is_long);
	tcase_add_test(c, only_a_requester_requests_anything);
	suite_add_tcase(s, c);
	return s;
}
