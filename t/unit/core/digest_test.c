/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <openssl/err.h>

#include "core/digest.h"

Suite *digest_suite(void);

START_TEST(digests_that_sign_exist)
{
	static const char *const names[] = { "SHA1", "sha1", "SHA256", "sha256", "SHA512", "MD5" };

	ck_assert(digest_exists(names[_i]));
}
END_TEST

START_TEST(others_do_not)
{
	static const char *const names[] = { "", "SHA", "SHA 1", "SHA0", "SHA2560", "SHAKE128",
					     "nothing", "AES-128-CBC", "../SHA1" };

	ck_assert(!digest_exists(names[_i]));
	ck_assert_uint_eq(ERR_peek_error(), 0);
}
END_TEST

Suite *digest_suite(void)
{
	Suite *suite = suite_create("digest");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, digests_that_sign_exist, 0, 6);
	tcase_add_loop_test(all, others_do_not, 0, 9);
	suite_add_tcase(suite, all);
	return suite;
}
