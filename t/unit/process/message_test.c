/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "process/message.h"

Suite *message_suite(void);

START_TEST(every_message_has_a_rule_for_one_sender)
{
	for (unsigned kind = MESSAGE_NONE + 1; kind < MESSAGE_KINDS; kind++) {
		bool master = message_rule(kind, SENDER_MASTER, 4096) != NULL;
		bool child = message_rule(kind, SENDER_CHILD, 4096) != NULL;

		ck_assert_msg(master != child, "message %u", kind);
	}
}
END_TEST

START_TEST(what_is_too_short_or_unknown_is_refused)
{
	ck_assert_ptr_null(message_rule(MESSAGE_NONE, SENDER_MASTER, 100));
	ck_assert_ptr_null(message_rule(MESSAGE_KINDS, SENDER_MASTER, 100));
	ck_assert_ptr_null(message_rule(0xffffffff, SENDER_CHILD, 100));
	ck_assert_ptr_null(message_rule(MESSAGE_COMMIT, SENDER_MASTER,
					sizeof(struct message_commit) - 1));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_COMMIT, SENDER_MASTER,
					   sizeof(struct message_commit)));
	ck_assert_ptr_nonnull(message_rule(MESSAGE_READY, SENDER_CHILD, 0));
	ck_assert_ptr_null(message_rule(MESSAGE_READY, SENDER_MASTER, 0));
}
END_TEST

Suite *message_suite(void)
{
	Suite *s = suite_create("message");
	TCase *c = tcase_create("rules");

	tcase_add_test(c, every_message_has_a_rule_for_one_sender);
	tcase_add_test(c, what_is_too_short_or_unknown_is_refused);
	suite_add_tcase(s, c);
	return s;
}
