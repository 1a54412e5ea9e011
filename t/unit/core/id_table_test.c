/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stddef.h>

#include "core/id_table.h"

Suite *id_table_suite(void);

#define MANY (3 * ID_TABLE_CHAINS)

static struct id_table table;
static struct id_link links[MANY];

START_TEST(each_is_found_by_its_number_until_it_is_removed)
{
	for (uint32_t i = 0; i < MANY; i++)
		id_table_add(&table, &links[i], 7 + i);
	for (uint32_t i = 0; i < MANY; i += 2)
		id_table_remove(&links[i]);
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_ptr_eq(id_table_find(&table, 7 + i), i % 2 == 0 ? NULL : &links[i]);
	ck_assert_ptr_null(id_table_find(&table, 6));
	ck_assert_ptr_null(id_table_find(&table, UINT32_MAX));
}
END_TEST

Suite *id_table_suite(void)
{
	Suite *s = suite_create("id_table");
	TCase *c = tcase_create("numbers");

	tcase_add_test(c, each_is_found_by_its_number_until_it_is_removed);
	suite_add_tcase(s, c);
	return s;
}
