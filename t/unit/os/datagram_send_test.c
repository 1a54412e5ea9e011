/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/datagram_send.h"

Suite *datagram_send_suite(void);

static char folder[] = "/tmp/heddle-datagram-XXXXXX";
static struct sockaddr_un to = { .sun_family = AF_UNIX };

static bool say(const char *text)
{
	return datagram_send((const struct sockaddr *)(const void *)&to, sizeof(to),
			     slice_of(text));
}

static int listen_there(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(to.sun_path, sizeof(to.sun_path), "%s/s", folder);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)), 0);
	return fd;
}

static void leave(int fd)
{
	close(fd);
	unlink(to.sun_path);
	rmdir(folder);
}

START_TEST(it_arrives)
{
	char got[16];
	int fd = listen_there();

	ck_assert(say("hello"));
	ck_assert_int_eq(recv(fd, got, sizeof(got), MSG_DONTWAIT), 5);
	leave(fd);
}
END_TEST

START_TEST(a_reader_that_does_not_read_is_not_waited_for)
{
	int fd = listen_there(), sent = 0;

	while (sent < 100000 && say("x"))
		sent++;
	ck_assert_int_lt(sent, 100000);
	ck_assert_int_eq(errno, EAGAIN);
	leave(fd);
}
END_TEST

START_TEST(nobody_there_and_no_descriptors_are_told_apart)
{
	struct rlimit before, none;
	int fd = listen_there();

	leave(fd);
	ck_assert(!say("x"));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert(!say("x"));
	ck_assert_int_eq(errno, EMFILE);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
}
END_TEST

Suite *datagram_send_suite(void)
{
	Suite *s = suite_create("datagram_send");
	TCase *tc = tcase_create("datagram_send");

	tcase_add_test(tc, it_arrives);
	tcase_add_test(tc, a_reader_that_does_not_read_is_not_waited_for);
	tcase_add_test(tc, nobody_there_and_no_descriptors_are_told_apart);
	suite_add_tcase(s, tc);
	return s;
}
