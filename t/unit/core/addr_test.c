/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <check.h>
#include <stddef.h>
#include <string.h>

#include "core/addr.h"

Suite *addr_suite(void);

static struct addr read_addr(const char *text, enum addr_use use)
{
	char why[400] = "";
	struct addr a;
	bool ok = addr_parse(&a, slice_of(text), use, "/base", why, sizeof(why));

	ck_assert_msg(ok, "%s: %s", text, why);
	return a;
}

static const struct {
	const char *written, *printed;
	enum addr_use use;
	enum addr_kind kind;
} good[] = {
	{ "10.0.0.1:80", "10.0.0.1:80", ADDR_DIAL, ADDR_INET },
	{ "10.0.0.1:*", "10.0.0.1:*", ADDR_DIAL, ADDR_INET },
	{ "0.0.0.0:65535", "0.0.0.0:65535", ADDR_LISTEN, ADDR_INET },
	{ ":80", ":80", ADDR_LISTEN, ADDR_ANY },
	{ ":8000-8010", ":8000-8010", ADDR_LISTEN, ADDR_ANY },
	{ "127.0.0.1:80-80", "127.0.0.1:80", ADDR_LISTEN, ADDR_INET },
	{ "[::]:80", "[::]:80", ADDR_LISTEN, ADDR_INET6 },
	{ "[2001:DB8::1]:80", "[2001:db8::1]:80", ADDR_DIAL, ADDR_INET6 },
	{ "[::ffff:10.0.0.1]:80", "10.0.0.1:80", ADDR_DIAL, ADDR_INET },
	{ "[fe80::1%lo]:80", "[fe80::1%lo]:80", ADDR_DIAL, ADDR_INET6 },
	{ "/run/x.sock", "unix:/run/x.sock", ADDR_DIAL, ADDR_UNIX },
	{ "unix:/run/x.sock", "unix:/run/x.sock", ADDR_LISTEN, ADDR_UNIX },
	{ "unix:x.sock", "unix:/base/x.sock", ADDR_LISTEN, ADDR_UNIX },
#ifdef __linux__
	{ "@name", "@name", ADDR_LISTEN, ADDR_ABSTRACT },
#endif
	{ "fd:3", "fd:3", ADDR_LISTEN, ADDR_FD },
	{ "fd:web", "fd:web", ADDR_LISTEN, ADDR_FD },
};

START_TEST(addresses_read_and_print)
{
	struct addr a = read_addr(good[_i].written, good[_i].use);
	char text[ADDR_TEXT];

	ck_assert_str_eq(addr_print(&a, text, sizeof(text)), good[_i].printed);
	ck_assert_int_eq(a.kind, good[_i].kind);
	struct addr again = read_addr(text, good[_i].use);

	ck_assert(addr_equal(&a, &again));
}
END_TEST

static const struct {
	const char *written;
	enum addr_use use;
	const char *why;
} bad[] = {
	{ "", ADDR_DIAL, "an address is missing; write HOST:PORT" },
	{ "10.0.0.2", ADDR_DIAL, "10.0.0.2 has no port; write 10.0.0.2:PORT" },
	{ "80", ADDR_LISTEN, "80 has no host; write :80 for all addresses" },
	{ "80", ADDR_DIAL, "80 has no host; write HOST:80" },
	{ ":80", ADDR_DIAL, ":80 has no host; write HOST:80" },
	{ "[::1]", ADDR_DIAL, "[::1] has no port; write [::1]:PORT" },
	{ "::1:80", ADDR_DIAL, "::1:80 has no port; an IPv6 address with one is \"[v6]:PORT\"" },
	{ "1:2:3:80", ADDR_DIAL, "an IPv6 address needs brackets; write \"[v6]:port\"" },
	{ "[::x]:80", ADDR_DIAL, "[::x] is not an IPv6 address" },
	{ "[fe80::1%nope0]:80", ADDR_DIAL, "nope0 is not an interface of this machine" },
	{ "10.0.0.256:80", ADDR_DIAL, "10.0.0.256 is not an IPv4 address" },
	{ "010.0.0.1:80", ADDR_DIAL, "010.0.0.1 is not an IPv4 address" },
	{ "10.0.0.1:0", ADDR_DIAL, "\"0\" is not a port; write a number from 1 to 65535" },
	{ "10.0.0.1:65536", ADDR_DIAL, "\"65536\" is not a port; write a number from 1 to 65535" },
	{ "10.0.0.1:http", ADDR_DIAL, "\"http\" is not a port; write a number from 1 to 65535" },
	{ "10.0.0.1:1-2", ADDR_DIAL, "a range of ports is for listening only" },
	{ ":9-8", ADDR_LISTEN, "the range 9-8 runs backwards" },
	{ ":*", ADDR_LISTEN, "port * is for backends; listeners take a range such as 8000-8010" },
	{ "*:80", ADDR_LISTEN, "write \":PORT\" for all addresses" },
	{ "localhost:80", ADDR_LISTEN,
	  "localhost is a name; listen on an address, such as 127.0.0.1:80 or :80" },
	{ "db.example.net:80", ADDR_DIAL,
	  "db.example.net is a name, and here only an address is possible" },
	{ "srv:_pg._tcp.example.net", ADDR_DIAL,
	  "srv: is a name, and here only an address is possible" },
	{ "fd:3", ADDR_DIAL, "fd:3 is for listening only" },
	{ "fd:", ADDR_LISTEN, "fd: takes a number or a name of at most 63 bytes" },
	{ "unix:", ADDR_DIAL, "unix: without a path" },
	{ "@", ADDR_LISTEN, "@ without a name" },
	{ "10.0.0.1: 80", ADDR_DIAL,
	  "a blank behind 10.0.0.1:; what else is to be set stands in a mapping: "
	  "{address: \"10.0.0.1:\", ...}" },
};

START_TEST(what_is_wrong_is_said_in_words)
{
	char why[400] = "";
	struct addr a;

	ck_assert(!addr_parse(&a, slice_of(bad[_i].written), bad[_i].use, NULL, why, sizeof(why)));
	ck_assert_str_eq(why, bad[_i].why);
	ck_assert_int_eq(a.kind, ADDR_NONE);
}
END_TEST

START_TEST(paths_have_a_limit)
{
	char path[200] = "/", why[400];
	struct addr a;
	size_t most = sizeof(a.u.un.sun_path) - 1;

	memset(path + 1, 'x', sizeof(path) - 2);
	path[most] = '\0';
	ck_assert(addr_parse(&a, slice_of(path), ADDR_DIAL, NULL, why, sizeof(why)));
	path[most] = 'x';
	path[most + 1] = '\0';
	ck_assert(!addr_parse(&a, slice_of(path), ADDR_DIAL, NULL, why, sizeof(why)));
}
END_TEST

static const struct {
	const char *a, *b;
	bool overlap;
} pairs[] = {
	{ ":80", ":80", true },
	{ ":80", "0.0.0.0:80", true },
	{ ":80", "[::]:80", true },
	{ ":80", "10.0.0.1:80", true },
	{ ":80", "[::1]:80", true },
	{ "0.0.0.0:80", "10.0.0.1:80", true },
	{ "[::]:80", "[::1]:80", true },
	{ "0.0.0.0:80", "[::]:80", false },
	{ ":80", ":81", false },
	{ "10.0.0.1:80", "10.0.0.2:80", false },
	{ "/a", "/a", true },
	{ "/a", "/b", false },
	{ "fd:3", "fd:3", true },
	{ "fd:3", ":80", false },
};

START_TEST(addresses_that_cannot_both_be_had)
{
	struct addr a = read_addr(pairs[_i].a, ADDR_LISTEN),
		    b = read_addr(pairs[_i].b, ADDR_LISTEN);

	ck_assert_int_eq(addr_overlaps(&a, &b), pairs[_i].overlap);
	ck_assert_int_eq(addr_overlaps(&b, &a), pairs[_i].overlap);
}
END_TEST

START_TEST(addresses_have_the_order_of_their_numbers)
{
	static const char *const order[] = {
		"10.0.0.2:80", "10.0.1.1:80", "10.1.0.0:80", "127.0.0.1:80", "[::1]:80",
		"[fd00::1]:80",
	};

	for (size_t i = 1; i < COUNT(order); i++) {
		struct addr a = read_addr(order[i - 1], ADDR_DIAL);
		struct addr b = read_addr(order[i], ADDR_DIAL);

		ck_assert_msg(addr_compare(&a, &b) < 0, "%s", order[i]);
		ck_assert_msg(addr_compare(&b, &a) > 0, "%s", order[i]);
	}
}
END_TEST

START_TEST(tcp_and_udp_of_a_port_are_two)
{
	struct addr tcp = read_addr(":53", ADDR_LISTEN), udp = tcp;
	struct addr one = read_addr("10.0.0.1:53", ADDR_LISTEN);
	struct addr stream = read_addr("/a", ADDR_LISTEN), messages = stream;
	char text[ADDR_TEXT];

	ck_assert_int_eq(addr_type(&tcp), SOCK_STREAM);
	udp.datagram = messages.datagram = true;
	ck_assert_int_eq(addr_type(&udp), SOCK_DGRAM);
	ck_assert(!addr_equal(&tcp, &udp));
	ck_assert(addr_compare(&tcp, &udp) == -addr_compare(&udp, &tcp));
	ck_assert(!addr_overlaps(&tcp, &udp));
	ck_assert(!addr_overlaps(&udp, &one));
	one.datagram = true;
	ck_assert(addr_overlaps(&udp, &one));
	ck_assert_str_eq(addr_print(&udp, text, sizeof(text)), ":53/udp");
	ck_assert_str_eq(addr_print(&one, text, sizeof(text)), "10.0.0.1:53/udp");
	ck_assert(!addr_equal(&stream, &messages));
	ck_assert(addr_overlaps(&stream, &messages));	/* one file */
}
END_TEST

START_TEST(ranges_unfold)
{
	struct addr range = read_addr("[::1]:8000-8002", ADDR_LISTEN);
	struct addr last = read_addr("[::1]:8002", ADDR_LISTEN);
	struct addr third = addr_nth(&range, 2);

	ck_assert_uint_eq(addr_range(&range), 3);
	ck_assert_uint_eq(addr_range(&last), 1);
	ck_assert(addr_equal(&third, &last));
	addr_set_port(&third, 9);
	ck_assert_uint_eq(addr_port(&third), 9);
}
END_TEST

START_TEST(what_peers_call_themselves)
{
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6, .sin6_port = htons(99) };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const size_t head = offsetof(struct sockaddr_un, sun_path);
	char text[ADDR_TEXT];

	inet_pton(AF_INET6, "::ffff:203.0.113.9", &mapped.sin6_addr);
	addr_print_sockaddr((void *)&mapped, sizeof(mapped), text, sizeof(text));
	ck_assert_str_eq(text, "203.0.113.9:99");
	ck_assert_str_eq(addr_print_sockaddr((void *)&un, (socklen_t)head, text, sizeof(text)),
			 "unix:");
	memcpy(un.sun_path, "\0a\nb\xff", 5);
	addr_print_sockaddr((void *)&un, (socklen_t)head + 5, text, sizeof(text));
	ck_assert_str_eq(text, "@a?b?");
}
END_TEST

Suite *addr_suite(void)
{
	Suite *suite = suite_create("addr");
	TCase *tests = tcase_create("addr");

	tcase_add_loop_test(tests, addresses_read_and_print, 0, COUNT(good));
	tcase_add_loop_test(tests, what_is_wrong_is_said_in_words, 0, COUNT(bad));
	tcase_add_test(tests, paths_have_a_limit);
	tcase_add_loop_test(tests, addresses_that_cannot_both_be_had, 0, COUNT(pairs));
	tcase_add_test(tests, addresses_have_the_order_of_their_numbers);
	tcase_add_test(tests, tcp_and_udp_of_a_port_are_two);
	tcase_add_test(tests, ranges_unfold);
	tcase_add_test(tests, what_peers_call_themselves);
	suite_add_tcase(suite, tests);
	return suite;
}
