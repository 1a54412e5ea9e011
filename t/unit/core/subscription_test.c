/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/subscription.h"

Suite *subscription_suite(void);

#define ADD SUBSCRIPTION_ADD
#define REMOVE SUBSCRIPTION_REMOVE

/* What the datagrams of t/captures say; NULL and 0: the pair is absent, or 0. */
static const struct capture {
	const char *file;
	enum subscription_command command;
	const char *key, *address;
	uint8_t     modifier1, modifier2, clear;
	uint64_t    cores, load, weight, backup, unix_time;
	const char *vassal, *proto, *algo, *sni_key, *sni_crt, *sni_ca;
	size_t      sign;	/* bytes */
} captures[] = {
	{ "deb-resubscribe-sub", ADD, "k", "127.0.0.1:30002", .modifier1 = 5,
	  .sni_key = "/k", .sni_crt = "/c", .sni_ca = "/ca" },
	{ "deb-resubscribe-un", REMOVE, "k", "127.0.0.1:30002", .modifier1 = 5,
	  .sni_key = "/k", .sni_crt = "/c", .sni_ca = "/ca" },
	{ "deb-subscribe-to-autoweight-subscribe", ADD, "example.com",
	  "127.0.0.1:21010", .cores = 6, .weight = 6 },
	{ "deb-subscribe-to-autoweight-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:21010", .cores = 6, .weight = 6 },
	{ "deb-subscribe-to-explicit-socket-subscribe", ADD, "example.com",
	  "10.1.2.3:9999", .cores = 1 },
	{ "deb-subscribe-to-explicit-socket-unsubscribe", REMOVE, "example.com",
	  "10.1.2.3:9999", .cores = 1 },
	{ "deb-subscribe-to-hostport-subscribe", ADD, "example.com:8000",
	  "127.0.0.1:21006", .modifier1 = 9, .cores = 1 },
	{ "deb-subscribe-to-hostport-unsubscribe", REMOVE, "example.com:8000",
	  "127.0.0.1:21006", .modifier1 = 9, .cores = 1 },
	{ "deb-subscribe-to-mapfile-subscribe-2", ADD, "two.example:8000",
	  "127.0.0.1:21022", .modifier1 = 5, .cores = 1 },
	{ "deb-subscribe-to-mapfile-subscribe-3", ADD, "three.example",
	  "127.0.0.1:21022", .cores = 1 },
	{ "deb-subscribe-to-mapfile-subscribe", ADD, "one.example", "127.0.0.1:21022",
	  .cores = 1 },
	{ "deb-subscribe-to-mapfile-unsubscribe-2", REMOVE, "two.example:8000",
	  "127.0.0.1:21022", .modifier1 = 5, .cores = 1 },
	{ "deb-subscribe-to-mapfile-unsubscribe-3", REMOVE, "three.example",
	  "127.0.0.1:21022", .cores = 1 },
	{ "deb-subscribe-to-mapfile-unsubscribe", REMOVE, "one.example",
	  "127.0.0.1:21022", .cores = 1 },
	{ "deb-subscribe-to-modifier1-subscribe", ADD, "example.com",
	  "127.0.0.1:21004", .modifier1 = 5, .cores = 1 },
	{ "deb-subscribe-to-modifier1-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:21004", .modifier1 = 5, .cores = 1 },
	{ "deb-subscribe-to-port0-subscribe", ADD, "example.com", "127.0.0.1:33789",
	  .cores = 1 },
	{ "deb-subscribe-to-port0-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:33789", .cores = 1 },
	{ "deb-subscribe-to-portonly-subscribe", ADD, "example.com", ":21014",
	  .cores = 1 },
	{ "deb-subscribe-to-portonly-unsubscribe", REMOVE, "example.com", ":21014",
	  .cores = 1 },
	{ "deb-subscribe-to-signed-subscribe", ADD, "example.com:8000",
	  "127.0.0.1:21038", .modifier1 = 5, .cores = 1, .unix_time = 1795278531,
	  .sign = 256 },
	{ "deb-subscribe-to-signed-unsubscribe", REMOVE, "example.com:8000",
	  "127.0.0.1:21038", .modifier1 = 5, .cores = 1, .unix_time = 1795278535,
	  .sign = 256 },
	{ "deb-subscribe-to-subscribe", ADD, "example.com", "127.0.0.1:21002",
	  .cores = 1 },
	{ "deb-subscribe-to-two-sockets-subscribe", ADD, "example.com",
	  "127.0.0.1:21020", .cores = 1 },
	{ "deb-subscribe-to-two-sockets-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:21020", .cores = 1 },
	{ "deb-subscribe-to-unixrel-subscribe", ADD, "example.com", "rel.sock",
	  .cores = 1 },
	{ "deb-subscribe-to-unixrel-unsubscribe", REMOVE, "example.com", "rel.sock",
	  .cores = 1 },
	{ "deb-subscribe-to-unixserver-subscribe", ADD, "example.com",
	  "127.0.0.1:21030", .cores = 1 },
	{ "deb-subscribe-to-unixserver-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:21030", .cores = 1 },
	{ "deb-subscribe-to-unsubscribe", REMOVE, "example.com", "127.0.0.1:21002",
	  .cores = 1 },
	{ "deb-subscribe-to-weight-subscribe", ADD, "example.com", "127.0.0.1:21008",
	  .cores = 1, .weight = 7 },
	{ "deb-subscribe-to-weight-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:21008", .cores = 1, .weight = 7 },
	{ "deb-subscribe2-check-missing-subscribe", ADD, "example.com",
	  "127.0.0.1:21036", .cores = 1 },
	{ "deb-subscribe2-check-missing-unsubscribe", REMOVE, "example.com",
	  "127.0.0.1:21036", .cores = 1 },
	{ "deb-subscribe2-full-subscribe", ADD, "example.com", "10.9.8.7:3031",
	  .modifier1 = 5, .modifier2 = 6, .cores = 1, .weight = 4, .sni_key = "/k.pem",
	  .sni_crt = "/c.pem", .sni_ca = "/a.pem" },
	{ "deb-subscribe2-full-unsubscribe", REMOVE, "example.com", "10.9.8.7:3031",
	  .modifier1 = 5, .modifier2 = 6, .cores = 1, .weight = 4, .sni_key = "/k.pem",
	  .sni_crt = "/c.pem", .sni_ca = "/a.pem" },
	{ "deb-subscribe2-min-subscribe", ADD, "example.com", "127.0.0.1:21024",
	  .cores = 1 },
	{ "deb-subscribe2-min-unsubscribe", REMOVE, "example.com", "127.0.0.1:21024",
	  .cores = 1 },
	{ "deb-subscribe2-signed-subscribe", ADD, "example.com:8000",
	  "127.0.0.1:21040", .cores = 1, .unix_time = 1795278536, .sign = 256 },
	{ "deb-subscribe2-signed-unsubscribe", REMOVE, "example.com:8000",
	  "127.0.0.1:21040", .cores = 1, .unix_time = 1795278540, .sign = 256 },
	{ "m21-subscribe-to-subscribe", ADD, "example.com", "127.0.0.1:21202",
	  .cores = 1 },
	{ "m21-subscribe-to-unsubscribe", REMOVE, "example.com", "127.0.0.1:21202",
	  .cores = 1 },
	{ "m21-subscribe2-clear-clear", ADD, "example.com", "127.0.0.1:21208",
	  .cores = 1, .weight = 1, .vassal = "one.ini", .clear = 1 },
	{ "m21-subscribe2-clear-subscribe", ADD, "example.com", "127.0.0.1:21208",
	  .cores = 1, .weight = 1, .vassal = "one.ini" },
	{ "m21-subscribe2-full-subscribe", ADD, "example.com/foo", "10.9.8.7:3031",
	  .modifier1 = 5, .modifier2 = 6, .cores = 1, .weight = 4, .backup = 2,
	  .vassal = "one.ini", .proto = "http", .algo = "lrc" },
	{ "m21-subscribe2-full-unsubscribe", REMOVE, "example.com/foo",
	  "10.9.8.7:3031", .modifier1 = 5, .modifier2 = 6, .cores = 1, .weight = 4,
	  .backup = 2, .vassal = "one.ini", .proto = "http", .algo = "lrc" },
	{ "m21-subscribe2-min-subscribe", ADD, "example.com", "127.0.0.1:21204",
	  .cores = 1, .weight = 1 },
	{ "m21-subscribe2-min-unsubscribe", REMOVE, "example.com", "127.0.0.1:21204",
	  .cores = 1, .weight = 1 },
};

static char bytes[70000];

static struct slice read_capture(const char *name)
{
	char path[512];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "t/captures/%s.bin", name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return (struct slice){ bytes, len };
}

static void has(struct slice got, const char *wanted)
{
	ck_assert(slice_is(got, wanted != NULL ? wanted : ""));
}

START_TEST(each_capture_says_what_is_known_of_it)
{
	const struct capture *c = &captures[_i];
	struct slice datagram = read_capture(c->file);
	struct subscription s;

	ck_assert(subscription_parse(&s, datagram, SUBSCRIPTION_STRICT));
	ck_assert_uint_eq(s.command, c->command);
	ck_assert_uint_eq(s.len, datagram.len);
	has(s.key, c->key);
	has(s.address, c->address);
	has(s.vassal, c->vassal);
	has(s.proto, c->proto);
	has(s.algo, c->algo);
	has(s.sni_key, c->sni_key);
	has(s.sni_crt, c->sni_crt);
	has(s.sni_ca, c->sni_ca);
	ck_assert_uint_eq(s.modifier1, c->modifier1);
	ck_assert_uint_eq(s.modifier2, c->modifier2);
	ck_assert_uint_eq(s.cores, c->cores);
	ck_assert_uint_eq(s.load, c->load);
	ck_assert_uint_eq(s.weight, c->weight);
	ck_assert_uint_eq(s.backup, c->backup);
	ck_assert_uint_eq(s.clear, c->clear);
	ck_assert_uint_eq(s.unix_time, c->unix_time);
	ck_assert_uint_eq(s.has_sign, c->sign != 0);
	ck_assert_uint_eq(s.sign.len, c->sign);
	/* header, what is signed, the name and the length of the signature, the signature */
	if (c->sign != 0)
		ck_assert_uint_eq(4 + s.covered.len + 2 + 4 + 2 + c->sign, datagram.len);
	ck_assert_uint_eq(subscription_withdraws(&s), c->command == REMOVE || c->clear != 0);
}
END_TEST

START_TEST(every_capture_is_in_the_table)
{
	DIR *dir = opendir("t/captures");
	size_t found = 0;

	ck_assert_ptr_nonnull(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		found += strstr(entry->d_name, ".bin") != NULL;
	closedir(dir);
	/* and one that is no subscription */
	ck_assert_uint_eq(found, COUNT(captures) + 1);
}
END_TEST

START_TEST(what_the_emperor_is_sent_is_no_subscription)
{
	struct subscription s;

	ck_assert(!subscription_parse(&s, read_capture("m21-emperor-spawn"), SUBSCRIPTION_STRICT));
}
END_TEST

/* usss sends 1500 bytes, whatever has come. */
START_TEST(padding_of_zeros_is_accepted)
{
	const struct capture *c = &captures[_i];
	struct slice datagram = read_capture(c->file);
	struct subscription s;

	memset(bytes + datagram.len, 0, 1500);
	for (int lenient = 0; lenient < 2; lenient++) {
		ck_assert(subscription_parse(&s, (struct slice){ bytes, 1500 },
					     lenient ? SUBSCRIPTION_LENIENT : SUBSCRIPTION_STRICT));
		has(s.key, c->key);
		has(s.address, c->address);
		ck_assert_uint_eq(s.sign.len, c->sign);
		if (!lenient)
			ck_assert_uint_eq(s.len, datagram.len);
	}
	bytes[1499] = 'x';
	ck_assert(!subscription_parse(&s, (struct slice){ bytes, 1500 }, SUBSCRIPTION_STRICT));
	ck_assert(subscription_parse(&s, (struct slice){ bytes, 1500 }, SUBSCRIPTION_LENIENT));
}
END_TEST

/* In a block of its own size, so that a sanitizer sees a byte too many. */
START_TEST(no_beginning_of_a_datagram_is_one)
{
	struct slice datagram = read_capture("deb-subscribe-to-subscribe");
	struct subscription s;

	for (size_t len = 0; len < datagram.len; len++) {
		char *cut = malloc(len + 1);

		memcpy(cut, bytes, len);
		ck_assert(!subscription_parse(&s, (struct slice){ cut, len }, SUBSCRIPTION_STRICT));
		/* a server goes by what comes before the first pair that is cut off */
		ck_assert_uint_eq(subscription_parse(&s, (struct slice){ cut, len },
						     SUBSCRIPTION_LENIENT), len >= 48);
		free(cut);
	}
}
END_TEST

struct pair_text {
	const char *name, *value;
};

static size_t put(size_t at, const char *text, size_t len)
{
	bytes[at] = (char)(len & 0xff);
	bytes[at + 1] = (char)(len >> 8);
	memcpy(bytes + at + 2, text, len);
	return at + 2 + len;
}

/* A datagram with these pairs, up to one without a name. */
static struct slice make(const struct pair_text *pairs)
{
	size_t at = 4;

	for (; pairs->name != NULL; pairs++) {
		at = put(at, pairs->name, strlen(pairs->name));
		at = put(at, pairs->value, strlen(pairs->value));
	}
	bytes[0] = (char)SUBSCRIPTION_MODIFIER1;
	bytes[1] = (char)((at - 4) & 0xff);
	bytes[2] = (char)((at - 4) >> 8);
	bytes[3] = 0;
	return (struct slice){ bytes, at };
}
#define MAKE(...) make((const struct pair_text[]){ __VA_ARGS__, { NULL, NULL } })

static bool strict(struct subscription *s, struct slice datagram)
{
	return subscription_parse(s, datagram, SUBSCRIPTION_STRICT);
}

START_TEST(numbers_are_read_as_uwsgi_reads_them)
{
	static const struct { const char *text; uint64_t value; } rows[] = {
		{ "", 0 }, { "7", 7 }, { "-3", UINT64_MAX - 26 }, { "x", 72 },
		{ "1844674407370955161", 1844674407370955161u }, { "18446744073709551615", 0 },
	};
	struct subscription s;

	ck_assert(strict(&s, MAKE({ "key", "k" }, { "address", "a" },
				  { "weight", rows[_i].text }, { "modifier1", "261" })));
	ck_assert_uint_eq(s.weight, rows[_i].value);
	ck_assert_uint_eq(s.modifier1, 5);
}
END_TEST

START_TEST(what_has_no_place_is_none)
{
	static char longest[300];
	struct subscription s;

	memset(longest, 'a', 255);
	ck_assert(!strict(&s, MAKE({ "key", "k" })));
	ck_assert(!strict(&s, MAKE({ "key", "k" }, { "address", "" })));
	ck_assert(!strict(&s, MAKE({ "address", "a" })));
	ck_assert(!strict(&s, MAKE({ "key", "k" }, { "", "x" }, { "address", "a" })));
	ck_assert(strict(&s, MAKE({ "key", "" }, { "address", "a" })));
	ck_assert(strict(&s, MAKE({ "key", "k" }, { "vassal", "one.ini" })));
	ck_assert(strict(&s, MAKE({ "key", longest }, { "address", longest })));
	longest[255] = 'a';
	ck_assert(!strict(&s, MAKE({ "key", longest }, { "address", "a" })));
	ck_assert(!strict(&s, MAKE({ "key", "k" }, { "address", longest })));
	ck_assert(!subscription_parse(&s, MAKE({ "key", longest }, { "address", "a" }),
				      SUBSCRIPTION_LENIENT));
	/* where a server could not send an acknowledgement, it sends none */
	ck_assert(strict(&s, MAKE({ "key", "k" }, { "address", "a" }, { "notify", longest })));
	ck_assert_uint_eq(s.notify.len, 0);
}
END_TEST

START_TEST(unknown_pairs_are_ignored_and_the_last_of_equal_ones_counts)
{
	struct subscription s;

	ck_assert(strict(&s, MAKE({ "Key", "x" }, { "key", "one" }, { "pass", "x" },
				  { "address", "a" }, { "key", "two" }, { "inactive", "1" })));
	has(s.key, "two");
	/* a signature covers what comes before it, and must be the last pair */
	ck_assert(strict(&s, MAKE({ "key", "k" }, { "sign", "xyz" }, { "address", "a" })));
	ck_assert(s.has_sign);
	ck_assert_uint_eq(s.covered.len, 0);
}
END_TEST

START_TEST(a_server_goes_by_the_fourth_byte_alone)
{
	struct slice datagram = MAKE({ "key", "k" }, { "address", "a" });
	struct subscription s;

	bytes[0] = 0;
	bytes[1] = 1;
	bytes[3] = 9;
	ck_assert(!strict(&s, datagram));
	ck_assert(subscription_parse(&s, datagram, SUBSCRIPTION_LENIENT));
	ck_assert_uint_eq(s.command, SUBSCRIPTION_REMOVE);
}
END_TEST

START_TEST(a_host_is_put_before_a_port)
{
	struct slice datagram = read_capture("deb-subscribe-to-portonly-subscribe");
	static char out[200];
	struct subscription s, filled;
	size_t len;

	memset(bytes + datagram.len, 0, 50);
	ck_assert(strict(&s, (struct slice){ bytes, datagram.len + 50 }));
	ck_assert(subscription_lacks_host(&s));
	len = subscription_fill(&s, (struct slice){ bytes, datagram.len + 50 },
				slice_of("10.0.0.7"), out, sizeof(out));
	ck_assert_uint_eq(len, datagram.len + 8);
	ck_assert(strict(&filled, (struct slice){ out, len }));
	has(filled.address, "10.0.0.7:21014");
	has(filled.key, "example.com");
	ck_assert_uint_eq(filled.cores, 1);
	ck_assert(!subscription_lacks_host(&filled));
	ck_assert_uint_eq(subscription_fill(&s, datagram, slice_of("10.0.0.7"), out, len - 1), 0);
	ck_assert(strict(&s, MAKE({ "key", "k" }, { "address", ":1" }, { "sign", "x" })));
	ck_assert(!subscription_lacks_host(&s));
}
END_TEST

Suite *subscription_suite(void)
{
	Suite *s = suite_create("subscription");
	TCase *tc = tcase_create("subscription");

	tcase_add_loop_test(tc, each_capture_says_what_is_known_of_it, 0, COUNT(captures));
	tcase_add_loop_test(tc, padding_of_zeros_is_accepted, 0, COUNT(captures));
	tcase_add_test(tc, every_capture_is_in_the_table);
	tcase_add_test(tc, what_the_emperor_is_sent_is_no_subscription);
	tcase_add_test(tc, no_beginning_of_a_datagram_is_one);
	tcase_add_loop_test(tc, numbers_are_read_as_uwsgi_reads_them, 0, 6);
	tcase_add_test(tc, what_has_no_place_is_none);
	tcase_add_test(tc, unknown_pairs_are_ignored_and_the_last_of_equal_ones_counts);
	tcase_add_test(tc, a_server_goes_by_the_fourth_byte_alone);
	tcase_add_test(tc, a_host_is_put_before_a_port);
	suite_add_tcase(s, tc);
	return s;
}
