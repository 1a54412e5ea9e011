/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "config/config_fanout.h"
#include "core/known_table.h"
#include "event/event.h"
#include "udp/known.h"

Suite *known_suite(void);

static struct fanout_conf conf = { .tolerance_ms = 25000, .replay_rate = 5000, .max_known = 1000 };
static struct known *known;
static struct slice out;
static struct sockaddr_storage sender;

static void open_known(void)
{
	ck_assert(loop_open("poll"));
	ck_assert(known_table_open());
	ck_assert(shared_table_own(known_table_region()));
	known = known_open("announce", &conf, NULL, NULL);
}

static void from(const char *host)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&sender;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&sender;

	if (inet_pton(AF_INET, host, &in->sin_addr) == 1)
		sender.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, host, &in6->sin6_addr) == 1)
		sender.ss_family = AF_INET6;
}

static size_t pair(char *to, const char *name, const char *value)
{
	size_t n = strlen(name), v = strlen(value);

	to[0] = (char)n;
	to[1] = 0;
	memcpy(to + 2, name, n);
	to[2 + n] = (char)v;
	to[3 + n] = 0;
	memcpy(to + 4 + n, value, v);
	return 4 + n + v;
}

/* modifier2 1 withdraws; `extra` is a pair more, "weight=3". */
static struct slice announce(int modifier2, const char *key, const char *address, const char *extra)
{
	static char bytes[2000];
	size_t at = 4;

	at += pair(bytes + at, "key", key);
	at += pair(bytes + at, "address", address);
	if (extra != NULL) {
		char name[20];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(extra, "="), extra);
		at += pair(bytes + at, name, extra + strlen(name) + 1);
	}
	bytes[0] = (char)SUBSCRIPTION_MODIFIER1;
	bytes[1] = (char)((at - 4) & 0xff);
	bytes[2] = (char)((at - 4) >> 8);
	bytes[3] = (char)modifier2;
	memset(bytes + at, 0, sizeof(bytes) - at);
	return (struct slice){ bytes, at };
}

static enum known_verdict take(struct slice datagram, uint64_t now_ms)
{
	return known_take(known, datagram, (struct sockaddr *)&sender, now_ms, &out);
}

/* All that a replay at that time sends: how many, and the last of them. */
static unsigned replay(uint64_t now_ms, struct subscription *last)
{
	static char copy[4096];
	struct known_cursor c;
	struct slice sent[16];
	unsigned count = 0;

	known_replay_begin(&c, now_ms);
	while (!c.done) {
		size_t n = known_replay(known, &c, now_ms, sent, 16);

		for (size_t i = 0; i < n; i++) {
			memcpy(copy, sent[i].data, sent[i].len);
			ck_assert(subscription_parse(last, (struct slice){ copy, sent[i].len },
						     SUBSCRIPTION_STRICT));
		}
		count += (unsigned)n;
		/* time goes on, but nothing gets older */
		if (!c.done)
			c.credit = 1000000;
	}
	return count;
}

START_TEST(the_latest_announcement_is_replayed_while_it_is_fresh)
{
	struct subscription s;

	open_known();
	ck_assert_int_eq(take(announce(0, "k", "10.0.0.1:1", "weight=1"), 1000), KNOWN_PASS);
	ck_assert_int_eq(take(announce(0, "k", "10.0.0.1:1", "weight=9"), 2000), KNOWN_PASS);
	ck_assert_uint_eq(known_count(known), 1);
	ck_assert_uint_eq(replay(2000, &s), 1);
	ck_assert_uint_eq(s.weight, 9);
	ck_assert_uint_eq(replay(27000, &s), 1);
	ck_assert_uint_eq(replay(27001, &s), 0);
	known_close(known);
}
END_TEST

START_TEST(key_and_address_make_an_instance)
{
	struct subscription s;

	open_known();
	(void)take(announce(0, "k", "10.0.0.1:1", NULL), 1);
	(void)take(announce(0, "k", "10.0.0.2:1", NULL), 1);
	(void)take(announce(0, "other", "10.0.0.1:1", NULL), 1);
	(void)take(announce(0, "k", "", "vassal=10.0.0.1:1"), 1);
	ck_assert_uint_eq(replay(1, &s), 4);
	/* withdrawn ones are forgotten at once, those of 2.1 by `clear` */
	(void)take(announce(1, "k", "10.0.0.1:1", NULL), 2);
	ck_assert_uint_eq(replay(2, &s), 3);
	(void)take(announce(0, "other", "10.0.0.1:1", "clear=1"), 2);
	ck_assert_uint_eq(replay(2, &s), 2);
	(void)take(announce(1, "nobody", "10.0.0.1:1", NULL), 2);
	ck_assert_uint_eq(known_count(known), 2);
	known_close(known);
}
END_TEST

START_TEST(what_is_no_announcement_is_passed_or_dropped)
{
	open_known();
	ck_assert_int_eq(take(slice_of("statsd:1|c"), 1), KNOWN_PASS);
	ck_assert_int_eq(take(slice_of(""), 1), KNOWN_PASS);
	conf.protocol = FANOUT_UWSGI_SUBSCRIPTION;
	known_configure(known, &conf);
	ck_assert_int_eq(take(slice_of("statsd:1|c"), 1), KNOWN_DROP);
	ck_assert_int_eq(take(announce(0, "k", "a", NULL), 1), KNOWN_PASS);
	conf.protocol = FANOUT_RAW;
	known_configure(known, &conf);
	ck_assert_int_eq(take(announce(0, "k", "b", NULL), 1), KNOWN_PASS);
	ck_assert_uint_eq(known_count(known), 0);
	known_close(known);
}
END_TEST

START_TEST(a_fan_out_that_becomes_raw_forgets_at_once)
{
	struct subscription s;

	open_known();
	(void)take(announce(0, "k", "10.0.0.1:1", NULL), 1);
	conf.protocol = FANOUT_RAW;
	known_configure(known, &conf);
	ck_assert_uint_eq(known_count(known), 0);
	ck_assert_uint_eq(replay(1, &s), 0);
	conf.protocol = FANOUT_AUTO;
	known_configure(known, &conf);
	(void)take(announce(0, "k", "10.0.0.2:1", NULL), 1);
	ck_assert_uint_eq(replay(1, &s), 1);
	ck_assert(slice_is(s.address, "10.0.0.2:1"));
	/* it became raw while nobody was there to see it */
	known_leave(known);
	ck_assert(shared_table_own(known_table_region()));
	conf.protocol = FANOUT_RAW;
	known = known_open("announce", &conf, NULL, NULL);
	ck_assert_uint_eq(known_count(known), 0);
	known_close(known);
}
END_TEST

START_TEST(padding_is_not_kept_but_for_a_signed_one)
{
	struct slice datagram = announce(0, "k", "10.0.0.1:1", NULL);
	struct slice padded = { datagram.data, 1500 };
	struct known_cursor c;
	size_t len = datagram.len;

	open_known();
	(void)take(padded, 1);
	known_replay_begin(&c, 1000);
	ck_assert_uint_eq(known_replay(known, &c, 1000, &out, 1), 1);
	ck_assert_uint_eq(out.len, len);
	(void)announce(0, "k", "10.0.0.1:1", "sign=x");
	(void)take(padded, 1);
	known_replay_begin(&c, 1000);
	ck_assert_uint_eq(known_replay(known, &c, 1000, &out, 1), 1);
	ck_assert_uint_eq(out.len, 1500);
	known_close(known);
}
END_TEST

START_TEST(the_senders_host_is_filled_in)
{
	static const struct { const char *sender, *address; } rows[] = {
		{ "10.0.0.7", "10.0.0.7:3031" },
		{ "::ffff:10.0.0.7", "10.0.0.7:3031" },
		{ "fd00::7", "[fd00::7]:3031" },
	};
	struct subscription s;

	conf.fill_address = true;
	open_known();
	from(rows[_i].sender);
	ck_assert_int_eq(take(announce(0, "k", ":3031", NULL), 1), KNOWN_REPLACED);
	ck_assert(subscription_parse(&s, out, SUBSCRIPTION_STRICT));
	ck_assert(slice_is(s.address, rows[_i].address));
	ck_assert_uint_eq(replay(1, &s), 1);
	ck_assert(slice_is(s.address, rows[_i].address));
	ck_assert_int_eq(take(announce(0, "k", "10.9.9.9:3031", NULL), 1), KNOWN_PASS);
	ck_assert_int_eq(take(announce(0, "k", ":3031", "sign=x"), 1), KNOWN_PASS);
	/* the withdrawal is of the same instance */
	ck_assert_int_eq(take(announce(1, "k", ":3031", NULL), 1), KNOWN_REPLACED);
	ck_assert_uint_eq(known_count(known), 2);
	sender.ss_family = AF_UNIX;
	ck_assert_int_eq(take(announce(0, "k", ":3031", NULL), 1), KNOWN_PASS);
	known_close(known);
}
END_TEST

static void announce_many(unsigned from_number, unsigned to, uint64_t now_ms)
{
	char address[32];

	for (unsigned i = from_number; i < to; i++) {
		snprintf(address, sizeof(address), "10.0.%u.%u:80", i / 256, i % 256);
		if (take(announce(0, "k", address, NULL), now_ms) != KNOWN_PASS)
			ck_abort();
	}
}

START_TEST(more_than_max_known_are_not_remembered)
{
	struct subscription s;

	open_known();
	announce_many(0, 1500, 1);
	ck_assert_uint_eq(known_count(known), 1000);
	/* those that are known are refreshed, the others have a chance when one has gone */
	announce_many(0, 1500, 20000);
	ck_assert_uint_eq(replay(30000, &s), 1000);
	(void)take(announce(1, "k", "10.0.0.0:80", NULL), 30000);
	announce_many(1400, 1500, 30000);
	ck_assert_uint_eq(known_count(known), 1000);
	known_close(known);
}
END_TEST

START_TEST(the_old_are_forgotten_within_half_of_the_tolerance)
{
	open_known();
	announce_many(0, 600, 1000);
	announce_many(600, 1000, 10000);
	for (unsigned i = 0; i < 25000 / 2 / 50 + 2; i++)
		known_expire(known, 26002);
	ck_assert_uint_eq(known_count(known), 400);
	for (unsigned i = 0; i < 25000 / 2 / 50 + 2; i++)
		known_expire(known, 60000);
	ck_assert_uint_eq(known_count(known), 0);
	known_close(known);
}
END_TEST

START_TEST(a_replay_keeps_to_its_rate)
{
	struct known_cursor c;
	struct slice sent[64];
	uint64_t now_ms = 5000, count = 0;
	static const unsigned rates[] = { 1, 30, 300, 5000 };
	unsigned rate = rates[_i];

	conf.replay_rate = rate;
	conf.max_known = 100000;
	open_known();
	announce_many(0, 20000, now_ms);
	known_replay_begin(&c, now_ms);
	for (; now_ms < 7000; now_ms += KNOWN_REPLAY_MS) {
		for (size_t n; (n = known_replay(known, &c, now_ms, sent, 64)) != 0;)
			count += n;
	}
	ck_assert_uint_ge(count + 1, 2 * rate);
	ck_assert_uint_le(count, 2 * rate + 1);
	/* a loop that stood still does not make up for it in one go */
	count = 0;
	now_ms += 1000000;
	for (size_t n; (n = known_replay(known, &c, now_ms, sent, 64)) != 0;)
		count += n;
	ck_assert_uint_le(count, rate / 10 + 1);
	known_close(known);
}
END_TEST

START_TEST(they_outlive_the_process_and_go_with_the_fan_out)
{
	struct subscription s;

	open_known();
	(void)take(announce(0, "k", "10.0.0.1:1", NULL), 1);
	known_leave(known);
	ck_assert(shared_table_own(known_table_region()));
	known = known_open("announce", &conf, NULL, NULL);
	ck_assert_uint_eq(replay(1, &s), 1);
	known_close(known);
	known = known_open("announce", &conf, NULL, NULL);
	ck_assert_uint_eq(known_count(known), 0);
	known_close(known);
}
END_TEST

Suite *known_suite(void)
{
	Suite *s = suite_create("known");
	TCase *tc = tcase_create("known");

	tcase_add_test(tc, the_latest_announcement_is_replayed_while_it_is_fresh);
	tcase_add_test(tc, key_and_address_make_an_instance);
	tcase_add_test(tc, what_is_no_announcement_is_passed_or_dropped);
	tcase_add_test(tc, a_fan_out_that_becomes_raw_forgets_at_once);
	tcase_add_test(tc, padding_is_not_kept_but_for_a_signed_one);
	tcase_add_loop_test(tc, the_senders_host_is_filled_in, 0, 3);
	tcase_add_test(tc, more_than_max_known_are_not_remembered);
	tcase_add_test(tc, the_old_are_forgotten_within_half_of_the_tolerance);
	tcase_add_loop_test(tc, a_replay_keeps_to_its_rate, 0, 4);
	tcase_add_test(tc, they_outlive_the_process_and_go_with_the_fan_out);
	suite_add_tcase(s, tc);
	return s;
}
