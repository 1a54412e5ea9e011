/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/descriptor_pass.h"
#include "os/door.h"

Suite *door_suite(void);

START_TEST(streams_in_their_order)
{
	char got[8];
	size_t len;
	int a, b, inside;

	ck_assert(door_open());
	ck_assert_int_eq(door_accept(DOOR_CACHE, got, sizeof(got), &len), -1);
	ck_assert_int_eq(errno, EAGAIN);
	a = door_connect(DOOR_CACHE, slice_of("first"));
	b = door_connect(DOOR_CACHE, slice_of("other"));
	ck_assert_int_ne(a, -1);
	ck_assert_int_ne(b, -1);
	ck_assert_int_eq(door_accept(DOOR_MAPPER, got, sizeof(got), &len), -1);
	ck_assert_int_eq(write(a, "a", 1), 1);
	ck_assert_int_eq(write(b, "b", 1), 1);
	for (int i = 0; i < 2; i++) {
		inside = door_accept(DOOR_CACHE, got, sizeof(got), &len);
		ck_assert_int_ne(inside, -1);
		ck_assert_int_eq(len, 5);
		ck_assert_mem_eq(got, i == 0 ? "first" : "other", 5);
		ck_assert_int_eq(read(inside, got, sizeof(got)), 1);
		ck_assert_int_eq(got[0], 'a' + i);
		ck_assert_int_eq(read(inside, got, sizeof(got)), -1);
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
	while (count < 4096 && (fds[count] = door_connect(DOOR_MAPPER, slice_of("x"))) != -1)
		count++;
	ck_assert_int_gt(count, 16);
	ck_assert_int_lt(count, 4096);
	while (count-- > 0)
		close(fds[count]);
	door_close();
}
END_TEST

/* As large as a request with its value. */
START_TEST(a_descriptor_with_many_bytes)
{
	static char sent[DOOR_BYTES], got[DOOR_BYTES + 1];
	size_t len;
	int fd;

	ck_assert(door_open());
	memset(sent, 'x', sizeof(sent));
	ck_assert(door_pass(DOOR_CACHE, STDIN_FILENO, (struct slice){ sent, sizeof(sent) }));
	fd = door_accept(DOOR_CACHE, got, sizeof(got), &len);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(len, sizeof(sent));
	ck_assert_mem_eq(sent, got, sizeof(sent));
	close(fd);
	door_close();
}
END_TEST

START_TEST(a_byte_without_a_descriptor)
{
	char got[8];
	size_t len;
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	ck_assert_int_eq(write(fds[0], "x", 1), 1);
	ck_assert_int_eq(descriptor_pass_receive(fds[1], got, sizeof(got), &len), -1);
	ck_assert_int_eq(errno, EPROTO);
	close(fds[0]);
	ck_assert_int_eq(descriptor_pass_receive(fds[1], got, sizeof(got), &len), -1);
	ck_assert_int_eq(errno, EPIPE);
	close(fds[1]);
}
END_TEST

/* What comes through without its descriptor, as in a process that has none left, is told. */
START_TEST(a_full_process)
{
	struct rlimit before, none;
	char got[8];
	size_t len;
	int fd;

	ck_assert(door_open());
	ck_assert(door_pass(DOOR_CACHE, STDIN_FILENO, slice_of("one")));
	ck_assert(door_pass(DOOR_CACHE, STDIN_FILENO, slice_of("two")));
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	fd = door_accept(DOOR_CACHE, got, sizeof(got), &len);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_int_eq(fd, -1);
	ck_assert_int_eq(errno, EPROTO);
	ck_assert_uint_eq(len, 3);
	ck_assert_mem_eq(got, "one", 3);
	fd = door_accept(DOOR_CACHE, got, sizeof(got), &len);
	ck_assert_int_ne(fd, -1);
	ck_assert_mem_eq(got, "two", 3);
	close(fd);
	door_close();
}
END_TEST

Suite *door_suite(void)
{
	Suite *s = suite_create("door");
	TCase *t = tcase_create("door");

	tcase_add_test(t, streams_in_their_order);
	tcase_add_test(t, a_door_that_is_full);
	tcase_add_test(t, a_descriptor_with_many_bytes);
	tcase_add_test(t, a_byte_without_a_descriptor);
	tcase_add_test(t, a_full_process);
	suite_add_tcase(s, t);
	return s;
}
