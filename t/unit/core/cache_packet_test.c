/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "core/base.h"
#include "core/cache_door.h"
#include "core/cache_packet.h"
#include "core/uwsgi.h"

Suite *cache_packet_suite(void);

#define CASE_BYTES 256

/* "name=value;..." as a block. */
static struct slice block_of(const char *pairs, char out[CASE_BYTES])
{
	char *at = out;

	while (*pairs != '\0') {
		size_t name = strcspn(pairs, "="), value = strcspn(pairs + name + 1, ";");
		const struct slice parts[] = { { pairs, name }, { pairs + name + 1, value } };

		for (unsigned i = 0; i < COUNT(parts); i++) {
			*at++ = (char)parts[i].len;
			*at++ = 0;
			memcpy(at, parts[i].data, parts[i].len);
			at += parts[i].len;
		}
		pairs += name + 1 + value;
		pairs += *pairs == ';';
	}
	return (struct slice){ out, (size_t)(at - out) };
}

static const struct {
	const char     *pairs;
	bool            ok;
	enum cache_verb verb;
	const char     *key, *cache;
	uint64_t        size, expires;
} cases[] = {
	{ "cmd=get;key=k;cache=c", true, CACHE_GET, "k", "c", 0, 0 },
	{ "cmd=get;key=k", true, CACHE_GET, "k", "", 0, 0 },
	{ "cache=c;key=k;cmd=exists", true, CACHE_EXISTENCE, "k", "c", 0, 0 },
	{ "cmd=set;key=k;size=5;expires=30;size=5;cache=c", true, CACHE_SET, "k", "c", 5, 30 },
	{ "cmd=update;key=k;size=5;other=x", true, CACHE_UPDATE, "k", "", 5, 0 },
	{ "cmd=del;key=k", true, CACHE_DEL, "k", "", 0, 0 },
	{ "cmd=clear;cache=c", true, CACHE_CLEAR, "", "c", 0, 0 },
	{ "cmd=set;key=k;size=4294967296", true, CACHE_SET, "k", "", 4294967296, 0 },
	/* the last one is the one that counts, as it is in uWSGI */
	{ "cmd=get;key=a;key=b", true, CACHE_GET, "b", "", 0, 0 },
	{ .pairs = "cmd=set;key=k;size=42949672960000" },
	{ .pairs = "cmd=set;key=k;size=-1" },
	{ .pairs = "cmd=set;key=k;size=5x" },
	{ .pairs = "cmd=set;key=k;size=" },
	{ .pairs = "cmd=set;key=k;size=0" },
	{ .pairs = "cmd=set;key=k" },
	{ .pairs = "cmd=update;key=k" },
	{ .pairs = "cmd=set;size=5" },
	{ .pairs = "cmd=get" },
	{ .pairs = "cmd=get;key=" },
	{ .pairs = "cmd=getx;key=k" },
	{ .pairs = "cmd=GET;key=k" },
	{ .pairs = "cmd=;key=k" },
	{ .pairs = "key=k" },
	{ .pairs = "" },
};

START_TEST(requests)
{
	char bytes[CASE_BYTES];
	struct cache_packet p;

	ck_assert_msg(cache_packet_read(&p, block_of(cases[_i].pairs, bytes)) == cases[_i].ok,
		      "%s", cases[_i].pairs);
	if (!cases[_i].ok)
		return;
	ck_assert_int_eq(p.verb, cases[_i].verb);
	ck_assert(slice_is(p.key, cases[_i].key));
	ck_assert(slice_is(p.cache, cases[_i].cache));
	ck_assert_uint_eq(p.size, cases[_i].size);
	ck_assert_uint_eq(p.expires, cases[_i].expires);
}
END_TEST

/* Any number of bytes at its end is missing. */
START_TEST(a_block_that_is_cut)
{
	char bytes[CASE_BYTES];
	struct slice all = block_of("key=k;size=5;cmd=set", bytes);
	struct cache_packet p;

	for (size_t len = 0; len < all.len; len++)
		ck_assert(!cache_packet_read(&p, (struct slice){ bytes, len }));
	ck_assert(cache_packet_read(&p, all));
}
END_TEST

START_TEST(what_changes_items)
{
	static const bool writes[CACHE_VERBS] = {
		[CACHE_SET] = true, [CACHE_UPDATE] = true, [CACHE_DEL] = true, [CACHE_CLEAR] = true,
	};

	for (unsigned i = 0; i < CACHE_VERBS; i++)
		ck_assert_int_eq(cache_packet_writes((enum cache_verb)i), writes[i]);
}
END_TEST

/* As they are in t/captures. */
START_TEST(answers)
{
	static const char done[] = "\x6f\x0c\0\x11\6\0status\2\0ok";
	static const char value[] = "\x6f\x15\0\x11\6\0status\2\0ok\4\0size\1\0005";
	static const char ends[] = "\x6f\x2a\0\x11\6\0status\2\0ok\4\0size\1\0006"
				   "\7\0expires\x0a\0001795279257";
	char out[CACHE_PACKET_ANSWER];

	ck_assert_uint_eq(cache_packet_done(out), sizeof(done) - 1);
	ck_assert_mem_eq(out, done, sizeof(done) - 1);
	ck_assert_uint_eq(cache_packet_value(5, 0, out), sizeof(value) - 1);
	ck_assert_mem_eq(out, value, sizeof(value) - 1);
	ck_assert_uint_eq(cache_packet_value(6, 1795279257, out), sizeof(ends) - 1);
	ck_assert_mem_eq(out, ends, sizeof(ends) - 1);
	ck_assert_uint_le(cache_packet_value(UINT64_MAX, UINT64_MAX, out), CACHE_PACKET_ANSWER);
}
END_TEST

START_TEST(heads_at_the_door)
{
	static char name[255], bytes[CACHE_DOOR_HEAD + 4];
	const uint32_t times[] = { 0, 1, 0x12345678, UINT32_MAX };
	struct slice rest;
	struct cache_door got;

	memset(name, 'n', sizeof(name));
	for (size_t len = 0; len <= sizeof(name); len += 51) {
		for (unsigned i = 0; i < COUNT(times); i++) {
			const struct cache_door door = {
				.writes = i == 3, .begins = i == 1, .filled = i == 2,
				.left_ms = times[i], .name = { name, len },
			};
			size_t head = cache_door_write(&door, bytes);

			memcpy(bytes + head, "rest", 4);
			rest = (struct slice){ bytes, head + 4 };
			ck_assert(cache_door_read(&rest, &got));
			ck_assert(slice_is(rest, "rest"));
			ck_assert(slice_equal(got.name, door.name));
			ck_assert_int_eq(got.writes, door.writes);
			ck_assert_int_eq(got.begins, door.begins);
			ck_assert_int_eq(got.filled, door.filled);
			ck_assert_uint_eq(got.left_ms, times[i]);
			rest = (struct slice){ bytes, head - 1 };
			ck_assert(!cache_door_read(&rest, &got));
		}
	}
	rest = slice_of("x\0\0\0\0\0");
	ck_assert(!cache_door_read(&rest, &got));
}
END_TEST

Suite *cache_packet_suite(void)
{
	Suite *s = suite_create("cache_packet");
	TCase *t = tcase_create("cache_packet");

	tcase_add_loop_test(t, requests, 0, COUNT(cases));
	tcase_add_test(t, a_block_that_is_cut);
	tcase_add_test(t, what_changes_items);
	tcase_add_test(t, answers);
	tcase_add_test(t, heads_at_the_door);
	suite_add_tcase(s, t);
	return s;
}
