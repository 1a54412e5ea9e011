/* SPDX-License-Identifier: BSD-2-Clause */
/* Greetings that come in pieces, are too long, wrong, or have to wait for an answer. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/scoreboard.h"
#include "core/shared_map.h"
#include "proxy/greeting.h"
#include "proxy/kept.h"

Suite *greeting_suite(void);

static unsigned calls, cancelled;
static enum greet last_answer;
static struct kept kept;

/* A line is the key: "!..." is wrong, "?..." is answered later. */
static enum greet greet_line(struct greeting *g, struct slice bytes)
{
	const char *end = memchr(bytes.data, '\n', bytes.len);

	calls++;
	if (bytes.data[0] == '!') {
		g->why = "it begins with !";
		return GREET_BAD;
	}
	if (end == NULL) {
		g->key = bytes;	/* not a key yet: must not be seen */
		return GREET_MORE;
	}
	g->key = (struct slice){ bytes.data, (size_t)(end - bytes.data) };
	g->consumed = (uint32_t)g->key.len + 1;
	return bytes.data[0] == '?' ? GREET_WAIT : GREET_READY;
}

/* As uwsgi has it: the size, four bytes of header included, in the first three. */
static enum greet greet_packet(struct greeting *g, struct slice bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.data;

	calls++;
	if (bytes.len < 4) {
		g->need = 4;
		return GREET_MORE;
	}
	g->need = 4 + (uint32_t)(at[1] | at[2] << 8);
	return bytes.len < g->need ? GREET_MORE : GREET_READY;
}

static void on_cancel(struct greeting *g)
{
	(void)g;
	cancelled++;
}

static const struct protocol line = { .name = "line", .most = 65536, .greet = greet_line,
				      .cancel = on_cancel };
static const struct protocol packet = { .name = "packet", .most = 65539, .greet = greet_packet };

static void on_answer(struct greeting *g, enum greet answer)
{
	last_answer = greeting_finish(g, &kept, answer);
}

static struct greeting *begin(const struct protocol *protocol)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 1, .backends = 1, .sessions = 1 };
	struct greeting *g;

	shared_map_close_all();	/* of the time before: thousands of them do not fit */
	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	kept_open(64 << 20);
	greeting_open();
	calls = cancelled = 0;
	g = greeting_new(protocol, NULL, on_answer);
	ck_assert_ptr_nonnull(g);
	return g;
}

static enum greet feed(struct greeting *g, const char *bytes, size_t len, struct slice *rest)
{
	*rest = (struct slice){ bytes, len };
	return greeting_feed(g, &kept, rest);
}

/* What the backend gets: the rest of what is kept, then that of the last piece. */
static void expect_rest(struct slice rest, const char *wanted)
{
	static char into[GREETING_MOST];
	struct slice before = kept_gather(&kept, into, sizeof(into));
	size_t len = strlen(wanted);

	ck_assert_uint_eq(before.len + rest.len, len);
	ck_assert(before.len == 0 || memcmp(before.data, wanted, before.len) == 0);
	ck_assert(rest.len == 0 || memcmp(rest.data, wanted + before.len, rest.len) == 0);
}

static void end(struct greeting *g)
{
	greeting_free(g);
	kept_close(&kept);
	ck_assert_uint_eq(counter_of(scoreboard_own(), COUNTER_BUFFER_BYTES), 0);
}

START_TEST(all_of_it_at_once_is_not_kept)
{
	struct greeting *g = begin(&line);
	struct slice rest;

	ck_assert_int_eq(feed(g, "KEY\nGET /", 9, &rest), GREET_READY);
	ck_assert(slice_is(g->key, "KEY"));
	ck_assert(kept_empty(&kept));
	expect_rest(rest, "GET /");
	ck_assert_uint_eq(calls, 1);
	end(g);
}
END_TEST

START_TEST(split_at_every_byte)
{
	static const char text[] = "some.key\nand the rest";
	struct slice rest;

	for (size_t first = 1; first <= strlen("some.key"); first++) {
		struct greeting *g = begin(&line);

		ck_assert_int_eq(feed(g, text, first, &rest), GREET_MORE);
		ck_assert_uint_eq(rest.len, 0);
		ck_assert_uint_eq(g->key.len, 0);
		ck_assert_int_eq(feed(g, text + first, strlen(text) - first, &rest), GREET_READY);
		ck_assert(slice_is(g->key, "some.key"));
		expect_rest(rest, "and the rest");
		end(g);
	}
}
END_TEST

START_TEST(byte_by_byte)
{
	static const char text[] = "some.key\n";
	struct greeting *g = begin(&line);
	struct slice rest;

	for (size_t i = 0; i < strlen(text); i++)
		ck_assert_int_eq(feed(g, text + i, 1, &rest),
				 text[i] == '\n' ? GREET_READY : GREET_MORE);
	ck_assert(slice_is(g->key, "some.key"));
	expect_rest(rest, "");
	end(g);
}
END_TEST

/* The largest packet lies in several chunks, and its header says when to look again. */
START_TEST(a_packet_of_the_largest_size)
{
	static char bytes[GREETING_MOST];
	struct greeting *g = begin(&packet);
	struct slice rest;
	uint32_t sent = 0;

	memset(bytes, 'x', sizeof(bytes));
	bytes[1] = bytes[2] = (char)0xff;
	while (sent < 65539) {
		uint32_t n = sent == 0 ? 3 : 1000, room = greeting_room(g);

		ck_assert_uint_eq(room, 65539 - sent);
		n = n < room ? n : room;
		sent += n;
		ck_assert_int_eq(feed(g, bytes + sent - n, n, &rest),
				 sent == 65539 ? GREET_READY : GREET_MORE);
	}
	ck_assert_uint_eq(calls, 3);
	ck_assert_uint_eq(g->consumed, 0);
	end(g);
}
END_TEST

START_TEST(longer_than_the_protocol_allows)
{
	static char bytes[65536];
	struct greeting *g = begin(&line);
	struct slice rest;

	memset(bytes, 'x', sizeof(bytes));
	ck_assert_int_eq(feed(g, bytes, 65535, &rest), GREET_MORE);
	ck_assert_uint_eq(greeting_room(g), 1);
	ck_assert_int_eq(feed(g, bytes, 1, &rest), GREET_BAD);
	ck_assert_int_eq((int)g->over, REASON_BAD_GREETING);
	ck_assert_str_eq(g->why, "it is longer than the protocol allows");
	end(g);
}
END_TEST

START_TEST(wrong_ones_say_why)
{
	char key[300];
	struct greeting *g = begin(&line);
	struct slice rest;

	ck_assert_int_eq(feed(g, "!KEY\n", 5, &rest), GREET_BAD);
	ck_assert_int_eq((int)g->over, REASON_BAD_GREETING);
	ck_assert_str_eq(g->why, "it begins with !");
	end(g);
	g = begin(&line);
	memset(key, 'k', sizeof(key));
	key[256] = '\n';
	ck_assert_int_eq(feed(g, key, 257, &rest), GREET_BAD);
	ck_assert_str_eq(g->why, "its key is longer than 255 bytes");
	ck_assert_uint_eq(g->key.len, 0);
	end(g);
}
END_TEST

/* The key is copied: what it was read from may be anybody's by then. */
START_TEST(answered_later)
{
	char text[] = "?KEY\nrest";
	struct greeting *g = begin(&line);
	struct slice rest;

	ck_assert_int_eq(feed(g, text, strlen(text), &rest), GREET_WAIT);
	ck_assert(g->waits);
	memset(text, 'x', strlen(text));
	greeting_answer(g, GREET_READY);
	ck_assert_int_eq(last_answer, GREET_READY);
	ck_assert(slice_is(g->key, "?KEY"));
	expect_rest((struct slice){ NULL, 0 }, "rest");
	end(g);
	ck_assert_uint_eq(cancelled, 0);
}
END_TEST

START_TEST(a_session_that_ends_before_the_answer_cancels)
{
	struct greeting *g = begin(&line);
	struct slice rest;

	ck_assert_int_eq(feed(g, "?KEY\n", 5, &rest), GREET_WAIT);
	end(g);
	ck_assert_uint_eq(cancelled, 1);
}
END_TEST

START_TEST(nothing_is_read_that_buffer_memory_has_no_room_for)
{
	struct greeting *g = begin(&line);

	struct slice half = slice_of("half");

	ck_assert_uint_eq(greeting_room(g), 65536);
	ck_assert_int_eq(greeting_feed(g, &kept, &half), GREET_MORE);
	kept_set_limit(64 << 10);
	ck_assert_uint_eq(greeting_room(g), 0);
	end(g);
}
END_TEST

START_TEST(what_comes_whole_needs_no_buffer_memory)
{
	struct greeting *g = begin(&line);
	struct slice whole = slice_of("KEY\nhello"), half = slice_of("half");

	kept_set_limit(64 << 10);
	ck_assert_uint_eq(greeting_room(g), 65536);
	ck_assert_int_eq(greeting_feed(g, &kept, &whole), GREET_READY);
	greeting_free(g);
	g = greeting_new(&line, NULL, on_answer);
	ck_assert_int_eq(greeting_feed(g, &kept, &half), GREET_BAD);
	ck_assert_int_eq(g->over, REASON_MAX_MEMORY);
	end(g);
}
END_TEST

Suite *greeting_suite(void)
{
	Suite *s = suite_create("greeting");
	TCase *tc = tcase_create("greeting");

	tcase_add_test(tc, all_of_it_at_once_is_not_kept);
	tcase_add_test(tc, split_at_every_byte);
	tcase_add_test(tc, byte_by_byte);
	tcase_add_test(tc, a_packet_of_the_largest_size);
	tcase_add_test(tc, longer_than_the_protocol_allows);
	tcase_add_test(tc, wrong_ones_say_why);
	tcase_add_test(tc, answered_later);
	tcase_add_test(tc, a_session_that_ends_before_the_answer_cancels);
	tcase_add_test(tc, what_comes_whole_needs_no_buffer_memory);
	tcase_add_test(tc, nothing_is_read_that_buffer_memory_has_no_room_for);
	suite_add_tcase(s, tc);
	return s;
}
