/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "process/message.h"

Suite *message_suite(void);

static const enum slot_kind children[] = { SLOT_WORKER, SLOT_RESOLVER, SLOT_CONTROL };

static bool takes_any(unsigned kind, enum slot_kind from)
{
	for (size_t size = 0; size < 4096; size++) {
		if (message_rule(kind, from, size) != NULL)
			return true;
	}
	return false;
}

static bool from_children(unsigned kind)
{
	return takes_any(kind, children[0]) || takes_any(kind, children[1]) ||
	       takes_any(kind, children[2]);
}

START_TEST(every_message_goes_one_way)
{
	for (unsigned kind = MESSAGE_NONE + 1; kind < MESSAGE_KINDS; kind++)
		ck_assert_msg(takes_any(kind, SLOT_MASTER) != from_children(kind), "message %u",
			      kind);
}
END_TEST

START_TEST(what_is_too_short_or_unknown_is_refused)
{
	const size_t size = sizeof(struct message_commit);

	ck_assert_ptr_null(message_rule(MESSAGE_NONE, SLOT_MASTER, 100));
	ck_assert_ptr_null(message_rule(MESSAGE_KINDS, SLOT_MASTER, 100));
	ck_assert_ptr_null(message_rule(0xffffffff, SLOT_WORKER, 100));
	ck_assert_ptr_null(message_rule(MESSAGE_COMMIT, SLOT_MASTER, size - 1));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_COMMIT, SLOT_MASTER, size));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_READY, SLOT_WORKER, 0));
	ck_assert_ptr_null(message_rule(MESSAGE_READY, SLOT_MASTER, 0));
}
END_TEST

/* A child can be taken over: what one message of it costs the master has an end. */
START_TEST(no_message_of_a_child_is_long)
{
	for (unsigned kind = 0; kind < MESSAGE_KINDS; kind++) {
		for (size_t i = 0; i < 3; i++)
			ck_assert_msg(!message_may_grow(kind, children[i], 4096), "message %u",
				      kind);
	}
	ck_assert(message_may_grow(MESSAGE_OPERATION, SLOT_MASTER, 100u << 20));
}
END_TEST

START_TEST(only_the_control_process_asks_for_a_reload)
{
	const size_t size = sizeof(struct message_number);

	ck_assert_ptr_nonnull(message_rule(MESSAGE_ASK_RELOAD, SLOT_CONTROL, size));
	ck_assert_ptr_null(message_rule(MESSAGE_ASK_RELOAD, SLOT_WORKER, size));
	ck_assert_ptr_null(message_rule(MESSAGE_ASK_RELOAD, SLOT_RESOLVER, size));
	ck_assert_ptr_null(message_rule(MESSAGE_RETIRED, SLOT_CONTROL, size));
}
END_TEST

Suite *message_suite(void)
{
	Suite *s = suite_create("message");
	TCase *c = tcase_create("rules");

	tcase_add_test(c, every_message_goes_one_way);
	tcase_add_test(c, what_is_too_short_or_unknown_is_refused);
	tcase_add_test(c, no_message_of_a_child_is_long);
	tcase_add_test(c, only_the_control_process_asks_for_a_reload);
	suite_add_tcase(s, c);
	return s;
}
