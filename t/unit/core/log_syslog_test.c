/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_syslog.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "core/log.h"

Suite *log_syslog_suite(void);

static char dir[] = "/tmp/heddle-syslog-XXXXXX";
static char path[64];

/* What the system's daemon does: a datagram socket of its own. */
static int daemon_start(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	unlink(path);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/log", dir);
	log_syslog_path(path);
}

static void teardown(void)
{
	log_syslog_path(NULL);
	unlink(path);
	rmdir(dir);
}

static void comes_as(int fd, const char *end)
{
	char line[256];
	ssize_t n = recv(fd, line, sizeof(line) - 1, MSG_DONTWAIT);

	ck_assert_int_gt(n, 0);
	line[n] = '\0';
	ck_assert_int_eq(strncmp(line, "<30>", 4), 0);
	ck_assert_str_eq(line + 4 + strlen("Nov 21 17:40:02 "), end);
}

START_TEST(a_line_comes_in_the_old_form)
{
	int fd = daemon_start();

	ck_assert(log_syslog_send(LOG_DAEMON | LOG_INFO, 77, slice_of("hello")));
	comes_as(fd, "heddle[77]: hello");
	log_set_ident("tcp_fallback");
	ck_assert(log_syslog_send(LOG_DAEMON | LOG_INFO, 77, slice_of("hello")));
	comes_as(fd, "tcp_fallback[77]: hello");
	log_set_ident("heddle");
	close(fd);
}
END_TEST

START_TEST(a_daemon_that_is_started_anew_is_found)
{
	int fd = daemon_start();

	ck_assert(log_syslog_send(LOG_DAEMON | LOG_INFO, 77, slice_of("one")));
	close(fd);
	fd = daemon_start();
	ck_assert(log_syslog_send(LOG_DAEMON | LOG_INFO, 77, slice_of("two")));
	comes_as(fd, "heddle[77]: two");
	close(fd);
}
END_TEST

START_TEST(without_a_daemon_or_with_a_stuck_one_it_does_not_wait)
{
	int fd;
	unsigned sent = 0;

	ck_assert(!log_syslog_send(LOG_DAEMON | LOG_INFO, 77, slice_of("lost")));
	fd = daemon_start();
	alarm(10);
	while (log_syslog_send(LOG_DAEMON | LOG_INFO, 77, slice_of("more")))
		sent++;
	ck_assert_uint_gt(sent, 0);
	close(fd);
}
END_TEST

START_TEST(a_level_has_a_severity)
{
	ck_assert_int_eq(log_syslog_severity(LEVEL_ALERT), LOG_ALERT);
	ck_assert_int_eq(log_syslog_severity(LEVEL_ERROR), LOG_ERR);
	ck_assert_int_eq(log_syslog_severity(LEVEL_WARN), LOG_WARNING);
	ck_assert_int_eq(log_syslog_severity(LEVEL_DEBUG), LOG_DEBUG);
}
END_TEST

Suite *log_syslog_suite(void)
{
	Suite *suite = suite_create("log_syslog");
	TCase *lines = tcase_create("lines");

	tcase_add_checked_fixture(lines, setup, teardown);
	tcase_add_test(lines, a_line_comes_in_the_old_form);
	tcase_add_test(lines, a_daemon_that_is_started_anew_is_found);
	tcase_add_test(lines, without_a_daemon_or_with_a_stuck_one_it_does_not_wait);
	tcase_add_test(lines, a_level_has_a_severity);
	suite_add_tcase(suite, lines);
	return suite;
}
