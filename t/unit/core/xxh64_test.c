/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>

#include "core/xxh64.h"

Suite *xxh64_suite(void);

static uint64_t sum(const unsigned char *bytes, size_t len, size_t step)
{
	struct xxh64 x;

	xxh64_begin(&x);
	for (size_t at = 0; at < len; at += step)
		xxh64_add(&x, (struct slice){ (const char *)bytes + at,
					      len - at < step ? len - at : step });
	return xxh64_sum(&x);
}

/* Computed with another implementation, xxhsum: of the bytes i * i % 251, so many of them. */
static const struct {
	size_t   len;
	uint64_t sum;
} rows[] = {
	{ 0, UINT64_C(0xef46db3751d8e999) },
	{ 1, UINT64_C(0xe934a84adb052768) },
	{ 3, UINT64_C(0xe38ecea27964f1a0) },
	{ 4, UINT64_C(0x4d0a1255b7392f55) },
	{ 7, UINT64_C(0xab23d8eaba8b0fd0) },
	{ 8, UINT64_C(0x9ae9ad02529c6e94) },
	{ 12, UINT64_C(0xb7b25b5b3225e535) },
	{ 31, UINT64_C(0xf802085ae7e12fa9) },
	{ 32, UINT64_C(0xabe98b5116e5ed4d) },
	{ 33, UINT64_C(0xd9c3a758ecff9219) },
	{ 36, UINT64_C(0xf32b490b92f456c4) },
	{ 40, UINT64_C(0x145077184f9c5cce) },
	{ 63, UINT64_C(0x9d597e61218f5977) },
	{ 64, UINT64_C(0xc2b8d1eca1282124) },
	{ 100, UINT64_C(0xa38a818449594369) },
	{ 4096, UINT64_C(0x01548f678066ca7c) },
};

START_TEST(as_others_compute_it)
{
	static unsigned char bytes[4096];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * i % 251);
	for (size_t step = 1; step < 100; step++)
		ck_assert_uint_eq(sum(bytes, rows[_i].len, step), rows[_i].sum);
	ck_assert_uint_eq(sum(bytes, rows[_i].len, sizeof(bytes)), rows[_i].sum);
}
END_TEST

Suite *xxh64_suite(void)
{
	Suite *s = suite_create("xxh64");
	TCase *tc = tcase_create("xxh64");

	tcase_add_loop_test(tc, as_others_compute_it, 0, sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(s, tc);
	return s;
}
