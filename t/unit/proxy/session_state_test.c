/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "config/config_structs.h"
#include "proxy/session_state.h"

Suite *session_state_suite(void);

START_TEST(each_has_its_word_its_timeout_and_its_reason)
{
	static const struct service_conf conf = { .greeting_timeout_ms = 1,
						  .connect_timeout_ms = 2, .idle_timeout_ms = 3 };
	static const struct {
		enum session_state state;
		const char        *phase;
		uint64_t           timeout;
		enum reason        over;
	} rows[] = {
		{ SESSION_GREETING, "greeting", 1, REASON_GREETING_TIMEOUT },
		{ SESSION_BUFFERING, "buffering", 3, REASON_IDLE_TIMEOUT },
		{ SESSION_QUEUED, "queued", 0, REASON_MAX_CONNECTIONS },
		{ SESSION_DIALLING, "connecting", 2, REASON_CONNECT_FAILED },
		{ SESSION_RELAYING, "relaying", 3, REASON_IDLE_TIMEOUT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_str_eq(session_states[rows[i].state].phase, rows[i].phase);
		ck_assert_uint_eq(session_state_timeout(rows[i].state, &conf), rows[i].timeout);
		ck_assert_int_eq((int)session_states[rows[i].state].over, (int)rows[i].over);
	}
}
END_TEST

Suite *session_state_suite(void)
{
	Suite *s = suite_create("session_state");
	TCase *tc = tcase_create("session_state");

	tcase_add_test(tc, each_has_its_word_its_timeout_and_its_reason);
	suite_add_tcase(s, tc);
	return s;
}
