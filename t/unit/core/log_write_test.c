/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_write.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

Suite *log_write_suite(void);

#define LINE 100
#define LINES 2000

/* LINES lines of LINE bytes each. */
static struct slice many_lines(void)
{
	static char bytes[LINE * LINES];

	memset(bytes, 'x', sizeof(bytes));
	for (size_t i = LINE - 1; i < sizeof(bytes); i += LINE)
		bytes[i] = '\n';
	return (struct slice){ bytes, sizeof(bytes) };
}

START_TEST(counts_lines)
{
	ck_assert_uint_eq(log_write_lines(slice_of("")), 0);
	ck_assert_uint_eq(log_write_lines(slice_of("half")), 0);
	ck_assert_uint_eq(log_write_lines(slice_of("one\nhalf")), 1);
	ck_assert_uint_eq(log_write_lines(many_lines()), LINES);
}
END_TEST

START_TEST(a_full_pipe_takes_whole_lines_and_never_blocks)
{
	int fds[2];
	size_t written;

	ck_assert_int_eq(pipe(fds), 0);
	alarm(10);
	ck_assert_int_eq(log_write_all(fds[1], many_lines(), &written), EAGAIN);
	ck_assert_uint_gt(written, 0);
	ck_assert_uint_lt(written, LINE * LINES);
	ck_assert_uint_eq(written % LINE, 0);
	ck_assert_int_eq(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(a_full_socket_never_blocks)
{
	int fds[2];
	size_t written;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	alarm(10);
	do
		ck_assert_uint_gt(many_lines().len, 0);
	while (log_write_all(fds[1], many_lines(), &written) == 0);
	ck_assert_int_eq(log_write_all(fds[1], many_lines(), &written), EAGAIN);
	close(fds[0]);
	close(fds[1]);
}
END_TEST

START_TEST(failures_are_told)
{
	size_t written;
	int fd = open("/dev/full", O_WRONLY);

	ck_assert_int_eq(log_write_all(-1, slice_of("x\n"), &written), EBADF);
	if (fd == -1)
		return;
	ck_assert_int_eq(log_write_all(fd, slice_of("x\n"), &written), ENOSPC);
	ck_assert_uint_eq(written, 0);
	close(fd);
}
END_TEST

Suite *log_write_suite(void)
{
	Suite *suite = suite_create("log_write");
	TCase *write_case = tcase_create("write");

	tcase_add_test(write_case, counts_lines);
	tcase_add_test(write_case, a_full_pipe_takes_whole_lines_and_never_blocks);
	tcase_add_test(write_case, a_full_socket_never_blocks);
	tcase_add_test(write_case, failures_are_told);
	suite_add_tcase(suite, write_case);
	return suite;
}
