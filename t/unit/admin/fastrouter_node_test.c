/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_node.h"

#include <check.h>

Suite *fastrouter_node_suite(void);

/* As a uwsgi 2.0.21 shows them. */
START_TEST(the_hash_is_that_of_uwsgi)
{
	ck_assert_uint_eq(fastrouter_node_hash(slice_of("example.com")), 30778);
	ck_assert_uint_eq(fastrouter_node_hash(slice_of("other.example:8000")), 43781);
	ck_assert_uint_eq(fastrouter_node_hash(slice_of("al2")), 16033);
	ck_assert_uint_eq(fastrouter_node_hash(slice_of("al")), 28289);
	ck_assert_uint_eq(fastrouter_node_hash(slice_of("bk")), 28453);
}
END_TEST

Suite *fastrouter_node_suite(void)
{
	Suite *suite = suite_create("fastrouter_node");
	TCase *tcase = tcase_create("fastrouter_node");

	tcase_add_test(tcase, the_hash_is_that_of_uwsgi);
	suite_add_tcase(suite, tcase);
	return suite;
}
