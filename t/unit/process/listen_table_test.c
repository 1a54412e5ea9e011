/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/arena.h"
#include "event/event.h"
#include "process/listen_table.h"

Suite *listen_table_suite(void);

static const struct process_kind one = { .name = "one" }, other = { .name = "other" };

static struct addr parse(const char *text)
{
	char why[128];
	struct addr a;

	ck_assert(addr_parse(&a, slice_of(text), ADDR_LISTEN, NULL, why, sizeof(why)));
	return a;
}

static struct listen_address *add(const struct addr *addr, const struct process_kind *kind)
{
	struct arena *arena = arena_new();
	struct listen_address *a = arena_alloc(arena, sizeof(*a));

	*a = (struct listen_address){ .arena = arena, .addr = *addr, .kind = kind,
				      .state = LISTEN_OPEN, .count = 1 };
	a->fds = arena_alloc(arena, sizeof(int));
	a->fds[0] = open("/dev/null", O_RDONLY);
	listen_table_add(a);
	return a;
}

static void setup(void)
{
	ck_assert(loop_open("poll"));
}

static void teardown(void)
{
	while (listen_table_next(NULL) != NULL)
		listen_table_remove(listen_table_next(NULL));
	loop_close();
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

START_TEST(tcp_and_udp_of_a_port_are_two)
{
	struct addr tcp = parse("10.0.0.1:53"), udp = tcp;
	struct listen_address *stream, *datagrams;

	udp.datagram = true;
	stream = add(&tcp, &one);
	ck_assert_ptr_null(listen_table_at(&udp));
	datagrams = add(&udp, &one);
	ck_assert_ptr_eq(listen_table_at(&tcp), stream);
	ck_assert_ptr_eq(listen_table_at(&udp), datagrams);
	ck_assert_ptr_eq(listen_table_find(stream->id), stream);
	ck_assert_ptr_eq(listen_table_find(datagrams->id), datagrams);
	listen_table_remove(stream);
	ck_assert_ptr_null(listen_table_at(&tcp));
	ck_assert_ptr_eq(listen_table_at(&udp), datagrams);
}
END_TEST

START_TEST(what_is_shut_is_not_found_by_its_address)
{
	struct addr tcp = parse("10.0.0.1:53");
	struct listen_address *a = add(&tcp, &one);

	a->state = LISTEN_CLOSING;
	ck_assert_ptr_eq(listen_table_at(&tcp), a);	/* a change may take it back */
	a->shut = true;
	ck_assert_ptr_null(listen_table_at(&tcp));
	ck_assert_ptr_eq(listen_table_find(a->id), a);
}
END_TEST

/* They stand below one key: whichever goes first, the others are found. */
START_TEST(many_of_one_address_come_and_go)
{
	struct addr tcp = parse("10.0.0.1:53");
	struct listen_address *a[3];

	for (int i = 0; i < 3; i++) {
		a[i] = add(&tcp, &one);
		a[i]->shut = i != 2;
		a[i]->state = i == 2 ? LISTEN_OPEN : LISTEN_CLOSING;
	}
	ck_assert_ptr_eq(listen_table_at(&tcp), a[2]);
	listen_table_remove(a[_i]);
	ck_assert_ptr_eq(listen_table_at(&tcp), _i == 2 ? NULL : a[2]);
	listen_table_remove(a[(_i + 1) % 3]);
	ck_assert_ptr_eq(listen_table_at(&tcp), _i == 0 ? a[2] : NULL);
	listen_table_remove(a[(_i + 2) % 3]);
	ck_assert_ptr_null(listen_table_at(&tcp));
}
END_TEST

START_TEST(a_unix_socket_without_its_path_is_lost)
{
	struct addr addr = parse("/tmp/heddle-no-such-socket");
	struct listen_address *a = add(&addr, &one);

	ck_assert(!listen_table_lost(&addr));
	a->path = (struct listen_path){ .inode = 1 };
	ck_assert(listen_table_lost(&addr));
	ck_assert_ptr_null(listen_table_at(&addr));
}
END_TEST

START_TEST(a_child_keeps_the_sockets_of_its_kind)
{
	struct addr first = parse("10.0.0.1:1"), second = parse("10.0.0.1:2");
	struct listen_address *a = add(&first, &one), *b = add(&second, &other);
	int closed = b->fds[0];

	listen_table_close_copies(&one);
	ck_assert(is_open(a->fds[0]));
	ck_assert(!is_open(closed));
	ck_assert_uint_eq(b->count, 0);
}
END_TEST

Suite *listen_table_suite(void)
{
	Suite *s = suite_create("listen_table");
	TCase *c = tcase_create("table");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, tcp_and_udp_of_a_port_are_two);
	tcase_add_test(c, what_is_shut_is_not_found_by_its_address);
	tcase_add_loop_test(c, many_of_one_address_come_and_go, 0, 3);
	tcase_add_test(c, a_unix_socket_without_its_path_is_lost);
	tcase_add_test(c, a_child_keeps_the_sockets_of_its_kind);
	suite_add_tcase(s, c);
	return s;
}
