/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/uwsgi.h"
#include "core/uwsgi_write.h"

Suite *uwsgi_write_suite(void);

static struct text out;
static struct uwsgi_write w;

static void setup(void)
{
	text_init(&out);
}

static void teardown(void)
{
	text_close(&out);
}

/* A literal without its NUL. */
#define BYTES(text) ((struct slice){ text, sizeof(text) - 1 })

START_TEST(a_packet_has_its_size_and_modifiers)
{
	uwsgi_write_start(&w, &out, 5, 255);
	uwsgi_write_pair(&w, slice_of("one"), slice_of("x"));
	uwsgi_write_pair(&w, slice_of("two"), slice_of(""));
	ck_assert(uwsgi_write_end(&w));
	ck_assert(slice_equal(text_slice(&out),
			      BYTES("\5\x0f\0\xff\3\0one\1\0x\3\0two\0\0")));
}
END_TEST

START_TEST(a_packet_stands_behind_what_is_there)
{
	text_puts(&out, "abc");
	uwsgi_write_start(&w, &out, 0, 0);
	uwsgi_write_pair(&w, BYTES("a\0b"), BYTES("\0"));
	ck_assert(uwsgi_write_end(&w));
	uwsgi_write_start(&w, &out, 1, 2);
	ck_assert(uwsgi_write_end(&w));
	ck_assert(slice_equal(text_slice(&out),
			      BYTES("abc\0\x8\0\0\3\0a\0b\1\0\0\1\0\0\2")));
}
END_TEST

/* What is written is read back, also with the longest block. */
START_TEST(the_longest_block_is_read_back)
{
	static char long_value[UWSGI_BLOCK_MAX];
	struct slice rest, name, value;

	memset(long_value, 'v', sizeof(long_value));
	uwsgi_write_start(&w, &out, 0, 0);
	uwsgi_write_pair(&w, slice_of("short"), slice_of("s"));
	uwsgi_write_pair(&w, slice_of("long"), (struct slice){ long_value, 65535 - 10 - 8 });
	ck_assert(uwsgi_write_end(&w));
	ck_assert_uint_eq(out.len, UWSGI_HEADER + UWSGI_BLOCK_MAX);
	ck_assert_uint_eq(uwsgi_block_size(out.data), UWSGI_BLOCK_MAX);
	rest = slice_after(text_slice(&out), UWSGI_HEADER);
	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_PAIR);
	ck_assert(slice_is(name, "short") && slice_is(value, "s"));
	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_PAIR);
	ck_assert(slice_is(name, "long") && value.len == 65535 - 10 - 8);
	ck_assert_int_eq(uwsgi_next(&rest, &name, &value), UWSGI_END);
}
END_TEST

static const struct {
	size_t name, value;	/* bytes */
} spoilt[] = {
	{ 0, 0 }, { 0, 5 }, { 1, 65535 - 10 - 4 }, { 65535 - 10 - 3, 0 }, { 65535, 0 },
	{ 65536, 0 }, { 1, 65535 }, { 1, 65536 }, { 40000, 40000 },
};

START_TEST(what_does_not_fit_spoils_the_packet)
{
	static char bytes[65536];

	text_puts(&out, "abc");
	uwsgi_write_start(&w, &out, 0, 0);
	uwsgi_write_pair(&w, slice_of("short"), slice_of("s"));
	uwsgi_write_pair(&w, (struct slice){ bytes, spoilt[_i].name },
			 (struct slice){ bytes, spoilt[_i].value });
	uwsgi_write_pair(&w, slice_of("short"), slice_of("s"));
	ck_assert(!uwsgi_write_end(&w));
	ck_assert(slice_is(text_slice(&out), "abc"));
}
END_TEST

START_TEST(lengths_beyond_memory_spoil_the_packet)
{
	struct slice endless = { "x", SIZE_MAX - 2 };

	uwsgi_write_start(&w, &out, 0, 0);
	uwsgi_write_pair(&w, slice_of("name"), endless);
	ck_assert(!uwsgi_write_end(&w));
	uwsgi_write_start(&w, &out, 0, 0);
	uwsgi_write_pair(&w, endless, endless);
	ck_assert(!uwsgi_write_end(&w));
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

Suite *uwsgi_write_suite(void)
{
	Suite *s = suite_create("uwsgi_write");
	TCase *c = tcase_create("packets");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_packet_has_its_size_and_modifiers);
	tcase_add_test(c, a_packet_stands_behind_what_is_there);
	tcase_add_test(c, the_longest_block_is_read_back);
	tcase_add_loop_test(c, what_does_not_fit_spoils_the_packet, 0,
			    (int)(sizeof(spoilt) / sizeof(*spoilt)));
	tcase_add_test(c, lengths_beyond_memory_spoil_the_packet);
	suite_add_tcase(s, c);
	return s;
}
