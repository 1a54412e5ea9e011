/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <sys/mman.h>

#include "core/scoreboard.h"
#include "proxy/session_table.h"

Suite *session_table_suite(void);

#define ROWS 1000
#define SLOT 3

static struct session_row *taken[ROWS];

static void begin(void)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1,
					  .sessions = ROWS };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(SLOT);
	ck_assert(session_table_open(ROWS));
}

START_TEST(every_row_once_and_no_more)
{
	begin();
	for (uint32_t i = 0; i < ROWS; i++) {
		taken[i] = session_table_take();
		ck_assert_ptr_eq(taken[i], &session_rows(SLOT)[i]);
	}
	ck_assert_ptr_null(session_table_take());
	ck_assert_uint_eq(scoreboard_slot(SLOT)->rows, ROWS);
	session_table_give(taken[700]);
	session_table_give(taken[3]);
	/* the lowest first, so that few pages are used */
	ck_assert_ptr_eq(session_table_take(), taken[3]);
	ck_assert_ptr_eq(session_table_take(), taken[700]);
	ck_assert_ptr_null(session_table_take());
}
END_TEST

START_TEST(trimmed_rows_come_back_empty)
{
	begin();
	for (uint32_t i = 0; i < 200; i++) {
		taken[i] = session_table_take();
		taken[i]->number = i + 1;
	}
	for (uint32_t i = 0; i < 200; i++) {
		if (i != 150)
			session_table_give(taken[i]);
	}
	session_table_trim();
	ck_assert_uint_eq(taken[0]->number, 1);		/* the first page stays */
	ck_assert_uint_eq(taken[150]->number, 151);	/* as does one in use */
#ifdef MADV_REMOVE
	ck_assert_uint_eq(taken[70]->number, 0);
#endif
	for (uint32_t i = 0; i < 199; i++)
		ck_assert_ptr_nonnull(session_table_take());
}
END_TEST

Suite *session_table_suite(void)
{
	Suite *s = suite_create("session_table");
	TCase *tc = tcase_create("session_table");

	tcase_add_test(tc, every_row_once_and_no_more);
	tcase_add_test(tc, trimmed_rows_come_back_empty);
	suite_add_tcase(s, tc);
	return s;
}
