/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/descriptor_pass.h"
#include "os/door.h"

Suite *door_suite(void);

START_TEST(streams_in_their_order)
{
	char got[2];
	int a, b, inside;

	ck_assert(door_open());
	ck_assert_int_eq(door_accept(DOOR_CACHE), -1);
	ck_assert_int_eq(errno, EAGAIN);
	a = door_connect(DOOR_CACHE);
	b = door_connect(DOOR_CACHE);
	ck_assert_int_ne(a, -1);
	ck_assert_int_ne(b, -1);
	ck_assert_int_eq(door_accept(DOOR_MAPPER), -1);
	ck_assert_int_eq(write(a, "a", 1), 1);
	ck_assert_int_eq(write(b, "b", 1), 1);
	for (int i = 0; i < 2; i++) {
		inside = door_accept(DOOR_CACHE);
		ck_assert_int_ne(inside, -1);
		ck_assert_int_eq(read(inside, got, 2), 1);
		ck_assert_int_eq(got[0], 'a' + i);
		ck_assert_int_eq(read(inside, got, 2), -1);
		ck_assert_int_eq(errno, EAGAIN);
		close(inside);
	}
	ck_assert_int_eq(read(a, got, 2), 0);
	close(a);
	close(b);
	door_close();
}
END_TEST

/* Nobody accepts: who comes is told, and does not wait. */
START_TEST(a_door_that_is_full)
{
	int fds[4096], count = 0;

	ck_assert(door_open());
	while (count < 4096 && (fds[count] = door_connect(DOOR_MAPPER)) != -1)
		count++;
	ck_assert_int_gt(count, 16);
	ck_assert_int_lt(count, 4096);
	while (count-- > 0)
		close(fds[count]);
	door_close();
}
END_TEST

START_TEST(a_byte_without_a_descriptor)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(write(fds[0], "x", 1), 1);
	ck_assert_int_eq(descriptor_pass_receive(fds[1]), -1);
	ck_assert_int_eq(errno, EPROTO);
	close(fds[0]);
	ck_assert_int_eq(descriptor_pass_receive(fds[1]), -1);
	ck_assert_int_eq(errno, EPIPE);
	close(fds[1]);
}
END_TEST

Suite *door_suite(void)
{
	Suite *s = suite_create("door");
	TCase *t = tcase_create("door");

	tcase_add_test(t, streams_in_their_order);
	tcase_add_test(t, a_door_that_is_full);
	tcase_add_test(t, a_byte_without_a_descriptor);
	suite_add_tcase(s, t);
	return s;
}
