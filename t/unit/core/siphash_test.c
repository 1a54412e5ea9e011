/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/siphash.h"

Suite *siphash_suite(void);

/* Computed with another implementation: the hash of CPython's bytes, which is SipHash-1-3. */
START_TEST(as_others_compute_it)
{
	static const struct { const char *text; uint64_t hash; } rows[] = {
		{ "a", 4644417185603328019u },
		{ "abcdefg", 7904145750247929094u },
		{ "abcdefgh", 4574395652268504554u },
		{ "abcdefghi", 17913969820989044453u },
		{ "example.com10.0.0.1:3031", 3834118027919771258u },
	};
	const struct siphash_seed seed = { 0, 0 };

	ck_assert_uint_eq(siphash(&seed, slice_of(rows[_i].text)), rows[_i].hash);
}
END_TEST

START_TEST(the_seed_decides)
{
	struct siphash_seed one, two;

	ck_assert(siphash_seed(&one));
	ck_assert(siphash_seed(&two));
	ck_assert_uint_ne(siphash(&one, slice_of("a")), siphash(&two, slice_of("a")));
}
END_TEST

Suite *siphash_suite(void)
{
	Suite *s = suite_create("siphash");
	TCase *tc = tcase_create("siphash");

	tcase_add_loop_test(tc, as_others_compute_it, 0, 5);
	tcase_add_test(tc, the_seed_decides);
	suite_add_tcase(s, tc);
	return s;
}
