/* SPDX-License-Identifier: BSD-2-Clause */
/* What a name stands for, from a process that may have been taken over. */
#include <check.h>
#include <string.h>

#include "core/arena.h"
#include "core/text.h"
#include "process/names_codec.h"

Suite *names_codec_suite(void);

static struct arena *arena;
static struct text bytes;

static void encode(void)
{
	struct member_address list[3];
	char why[400];

	memset(list, 0, sizeof(list));
	ck_assert(addr_parse(&list[0].addr, slice_of("10.0.0.7:80"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	ck_assert(addr_parse(&list[1].addr, slice_of("[2001:db8::1]:81"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	ck_assert(addr_parse(&list[2].addr, slice_of("unix:/x"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	list[1].priority = 10;
	list[1].weight = 20;
	arena = arena_new();
	text_init(&bytes);
	names_codec_encode(&(struct named_addresses){ "app.example.net:80", 200, true, list, 3 },
			   &bytes);
}

static void tear_down(void)
{
	text_close(&bytes);
	arena_free(arena);
}

START_TEST(comes_back_as_it_was)
{
	struct named_addresses names;
	char buf[ADDR_TEXT];

	ck_assert(names_codec_decode(text_slice(&bytes), arena, &names));
	ck_assert_str_eq(names.host, "app.example.net:80");
	ck_assert_uint_eq(names.refresh_ms, 200);
	ck_assert(names.gone);
	ck_assert_uint_eq(names.count, 2);	/* a path is nothing that DNS answers */
	ck_assert_str_eq(addr_print(&names.list[0].addr, buf, sizeof(buf)), "10.0.0.7:80");
	ck_assert_str_eq(addr_print(&names.list[1].addr, buf, sizeof(buf)), "[2001:db8::1]:81");
	ck_assert_uint_eq(names.list[1].priority, 10);
	ck_assert_uint_eq(names.list[1].weight, 20);
}
END_TEST

START_TEST(no_part_of_it_is_taken)
{
	struct named_addresses names;

	for (size_t len = 0; len < bytes.len; len++)
		ck_assert(!names_codec_decode((struct slice){ bytes.data, len }, arena, &names));
	text_putc(&bytes, 'x');
	ck_assert(!names_codec_decode(text_slice(&bytes), arena, &names));
}
END_TEST

static const struct {
	size_t   at;
	uint32_t value;
} damages[] = {
	{ offsetof(struct names_wire, gone), 2 },
	{ offsetof(struct names_wire, host_len), 0 },
	{ offsetof(struct names_wire, host_len), 0xffffffff },
	{ offsetof(struct names_wire, count), 0xffffffff },
	{ offsetof(struct names_wire, count), 0x80000002 },
	{ sizeof(struct names_wire), 0 },			/* the host has a NUL */
	{ sizeof(struct names_wire) + 18, 0x00500005 },		/* family 5 */
};

START_TEST(damage_is_noticed)
{
	struct named_addresses names;

	memcpy(bytes.data + damages[_i].at, &damages[_i].value, sizeof(uint32_t));
	ck_assert(!names_codec_decode(text_slice(&bytes), arena, &names));
}
END_TEST

Suite *names_codec_suite(void)
{
	Suite *suite = suite_create("names_codec");
	TCase *tests = tcase_create("messages");

	tcase_add_checked_fixture(tests, encode, tear_down);
	tcase_add_test(tests, comes_back_as_it_was);
	tcase_add_test(tests, no_part_of_it_is_taken);
	tcase_add_loop_test(tests, damage_is_noticed, 0, sizeof(damages) / sizeof(*damages));
	suite_add_tcase(suite, tests);
	return suite;
}
