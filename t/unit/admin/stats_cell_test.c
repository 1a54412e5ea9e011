/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "admin/stats.h"
#include "core/layout.h"

Suite *stats_cell_suite(void);

/* At their beginning: a group may have rows that this test does not know. */
static void ck_assert_json(const struct cell_row *table, enum cell_group group, const void *cell,
			   const char *expected)
{
	struct json_writer w;
	struct text out;

	text_init(&out);
	json_writer_begin(&w, &out, false);
	json_writer_open(&w, '{');
	stats_cell(&w, table, group, cell);
	json_writer_close(&w, '}');
	ck_assert_msg(strncmp(out.data, expected, strlen(expected) - 1) == 0, "%s", out.data);
	text_close(&out);
}

START_TEST(a_service)
{
	struct service_cell cell = { .sessions = 7, .peak = 3, .to_backend = 10, .to_client = 20 };
	uint64_t seen = 0;

	active_move(&cell.active, &seen, 2);
	cell.ended[REASON_DONE] = 5;
	ck_assert_json(cell_rows_service, CELL_SESSIONS, &cell,
		       "{\"sessions_total\":7,\"sessions_active\":2,\"sessions_peak\":3}");
	ck_assert_json(cell_rows_service, CELL_TRAFFIC, &cell,
		       "{\"bytes_to_backend\":10,\"bytes_to_client\":20,\"ended\":{\"done\":5}}");
	ck_assert_json(cell_rows_service, CELL_TIMES, &cell,
		       "{\"connect_seconds\":{\"p50\":0.0,\"p99\":0.0,\"count\":0},"
		       "\"duration_seconds\":{\"p50\":0.0,\"p99\":0.0,\"count\":0}}");
}
END_TEST

START_TEST(a_backend)
{
	struct backend_cell cell = { .sessions = 4, .to_backend = 1, .changes = 2,
				     .down_ms_total = 1500, .check_us = 250000,
				     .checks_passed = 8, .checks_failed = 9 };

	cell.errors[DIAL_TIMEOUT] = 6;
	ck_assert_json(cell_rows_backend, CELL_SESSIONS, &cell, "{\"sessions_total\":4}");
	ck_assert_json(cell_rows_backend, CELL_TRAFFIC, &cell,
		       "{\"bytes_to_backend\":1,\"bytes_to_client\":0,\"errors\":{\"refused\":0,"
		       "\"timeout\":6,\"unreachable\":0,\"reset\":0}}");
	ck_assert_json(cell_rows_backend, CELL_LAST_CHECK, &cell, "{\"seconds\":0.25,\"at\":null}");
	ck_assert_json(cell_rows_backend, CELL_CHECKS, &cell,
		       "{\"passed_total\":8,\"failed_total\":9}");
	ck_assert_json(cell_rows_backend, CELL_HEALTH, &cell,
		       "{\"changes_total\":2,\"down_seconds_total\":1.5,\"last_session\":null}");
}
END_TEST

Suite *stats_cell_suite(void)
{
	Suite *suite = suite_create("stats_cell");
	TCase *cells = tcase_create("cells");

	tcase_add_test(cells, a_service);
	tcase_add_test(cells, a_backend);
	suite_add_tcase(suite, cells);
	return suite;
}
