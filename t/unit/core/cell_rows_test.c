/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stddef.h>
#include <string.h>

#include "core/cell_rows.h"
#include "core/layout.h"

Suite *cell_rows_suite(void);

static const struct cell_row *row_of(const struct cell_row *table, const char *name)
{
	while (table->name != NULL && strcmp(table->name, name) != 0)
		table++;
	return table;
}

static void ck_assert_table(const struct cell_row *table, size_t size)
{
	for (const struct cell_row *row = table; row->name != NULL; row++) {
		ck_assert_ptr_eq(row_of(table, row->name), row);	/* no name twice */
		ck_assert_uint_lt(row->offset, size);
		ck_assert_uint_ge(row->divisor, 1);
		ck_assert_str_ne(row->help, "");
	}
}

START_TEST(rows_are_complete)
{
	ck_assert_table(cell_rows_service, sizeof(struct service_cell));
	ck_assert_table(cell_rows_backend, sizeof(struct backend_cell));
}
END_TEST

START_TEST(a_row_is_where_its_field_is)
{
	ck_assert_uint_eq(row_of(cell_rows_service, "sessions_total")->offset,
			  offsetof(struct service_cell, sessions));
	ck_assert_uint_eq(row_of(cell_rows_service, "sessions_peak")->offset,
			  offsetof(struct service_cell, peak));
	ck_assert_uint_eq(row_of(cell_rows_backend, "last_session")->offset,
			  offsetof(struct backend_cell, last_session_ms));
	ck_assert_uint_eq(row_of(cell_rows_backend, "down_seconds_total")->offset,
			  offsetof(struct backend_cell, down_ms_total));
}
END_TEST

START_TEST(each_group_of_hot_words_has_its_line)
{
	ck_assert_uint_eq(offsetof(struct service_cell, sessions) % 64, 0);
	ck_assert_uint_eq(offsetof(struct backend_cell, sessions) % 64, 0);
	ck_assert_uint_ge(offsetof(struct service_cell, sessions), 128);
}
END_TEST

Suite *cell_rows_suite(void)
{
	Suite *s = suite_create("cell_rows");
	TCase *tc = tcase_create("cell_rows");

	tcase_add_test(tc, rows_are_complete);
	tcase_add_test(tc, a_row_is_where_its_field_is);
	tcase_add_test(tc, each_group_of_hot_words_has_its_line);
	suite_add_tcase(s, tc);
	return s;
}
