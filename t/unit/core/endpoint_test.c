/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <string.h>

#include "core/arena.h"
#include "core/endpoint.h"

Suite *endpoint_suite(void);

static struct arena *arena;

static void begin(void)
{
	arena = arena_new();
}

static void end(void)
{
	arena_free(arena);
}

static struct endpoint read_endpoint(const char *text)
{
	const char *why = "";
	struct endpoint e;
	bool ok = endpoint_parse(slice_of(text), &e, "/base", arena, &why);

	ck_assert_msg(ok, "%s: %s", text, why);
	return e;
}

#define L50 "abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxy"
#define L63 L50 "abcdefghijklm"
#define N253 L63 "." L63 "." L63 "." L50 "abcdefghijk"

static const struct {
	const char *written, *printed;
	enum endpoint_type type;
	unsigned port;
} good[] = {
	{ "10.0.0.1:80", "10.0.0.1:80", ENDPOINT_ADDR, 0 },
	{ "10.0.0.1:*", "10.0.0.1:*", ENDPOINT_ADDR, 0 },
	{ "[2001:DB8::1]:80", "[2001:db8::1]:80", ENDPOINT_ADDR, 0 },
	{ "unix:x.sock", "unix:/base/x.sock", ENDPOINT_ADDR, 0 },
	{ "/run/x:y.sock", "unix:/run/x:y.sock", ENDPOINT_ADDR, 0 },
#ifdef __linux__
	{ "@name:80", "@name:80", ENDPOINT_ADDR, 0 },
#endif
	{ "app.example.net:80", "app.example.net:80", ENDPOINT_NAME, 80 },
	{ "App.Example.NET.:65535", "app.example.net:65535", ENDPOINT_NAME, 65535 },
	{ "localhost:1", "localhost:1", ENDPOINT_NAME, 1 },
	{ "app_1-x:*", "app_1-x:*", ENDPOINT_NAME, 0 },
	{ "1and1.example:80", "1and1.example:80", ENDPOINT_NAME, 80 },
	{ L63 ":80", L63 ":80", ENDPOINT_NAME, 80 },
	{ N253 ".:80", N253 ":80", ENDPOINT_NAME, 80 },
	{ "srv:_http._tcp.example.net", "srv:_http._tcp.example.net", ENDPOINT_SRV, 0 },
	{ "srv:_HTTP._TCP.Example.net.", "srv:_http._tcp.example.net", ENDPOINT_SRV, 0 },
	{ "srv:" N253, "srv:" N253, ENDPOINT_SRV, 0 },
};

START_TEST(endpoints_read_and_print)
{
	struct endpoint e = read_endpoint(good[_i].written);
	char text[ENDPOINT_TEXT];

	ck_assert_uint_eq(endpoint_print(&e, text, sizeof(text)), strlen(good[_i].printed));
	ck_assert_str_eq(text, good[_i].printed);
	ck_assert_int_eq(e.type, good[_i].type);
	ck_assert_uint_eq(e.port, good[_i].port);
	struct endpoint again = read_endpoint(text);

	ck_assert(endpoint_equal(&e, &again));
	if (e.type != ENDPOINT_ADDR)
		ck_assert_uint_eq(strlen(e.name.data), e.name.len);
}
END_TEST

static const struct {
	const char *written, *why;
} bad[] = {
	{ "", "an address is missing; write HOST:PORT" },
	{ "app.example.net", "app.example.net has no port; write app.example.net:PORT" },
	{ "10.0.0.300:80", "10.0.0.300 is not an IPv4 address" },
	{ "app..example:80", "nothing between two dots" },
	{ ".example:80", "before the first" },
	{ "app.example..:80", "nothing between two dots" },
	{ L63 "x.example:80", "more than 63 bytes between two dots" },
	{ "a." N253 ":80", "a name of 255 bytes; DNS has at most 253" },
	{ "*.example.net:80", "a name has no wildcard" },
	{ "app/x:80", "is not a name: it has letters, digits" },
	{ "b\xc3\xbc" "cher.example:80", "write the name as DNS has it, xn--" },
	{ "app.example.net:0", "\"0\" is not a port" },
	{ "app.example.net:http", "\"http\" is not a port" },
	{ "app.example.net:80-90", "\"80-90\" is not a port" },
	{ "http://app.example.net/", "is a URL; write the address alone: app.example.net:80" },
	{ "srv:", "is followed by a name" },
	{ "srv:_http._tcp.example.net:80", "the port comes from the record" },
	{ "srv:10.0.0.1", "write srv:_SERVICE._PROTOCOL.NAME" },
	{ "app.example.net:80 weight=2", "a blank behind" },
};

START_TEST(what_is_wrong_with_a_name_is_said_in_words)
{
	const char *why = "";
	struct endpoint e;

	ck_assert(!endpoint_parse(slice_of(bad[_i].written), &e, NULL, arena, &why));
	ck_assert_msg(strstr(why, bad[_i].why) != NULL, "%s: %s", bad[_i].written, why);
}
END_TEST

START_TEST(equal_is_what_prints_the_same)
{
	static const char *const all[] = { "a.example:80", "a.example:81", "b.example:80",
					   "a.example:*", "srv:a.example", "10.0.0.1:80" };

	for (size_t i = 0; i < COUNT(all); i++)
		for (size_t j = 0; j < COUNT(all); j++) {
			struct endpoint a = read_endpoint(all[i]), b = read_endpoint(all[j]);

			ck_assert_msg(endpoint_equal(&a, &b) == (i == j), "%s %s", all[i], all[j]);
		}
}
END_TEST

Suite *endpoint_suite(void)
{
	Suite *suite = suite_create("endpoint");
	TCase *tests = tcase_create("endpoint");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_loop_test(tests, endpoints_read_and_print, 0, COUNT(good));
	tcase_add_loop_test(tests, what_is_wrong_with_a_name_is_said_in_words, 0, COUNT(bad));
	tcase_add_test(tests, equal_is_what_prints_the_same);
	suite_add_tcase(suite, tests);
	return suite;
}
