/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/packet_pair.h"
#include "process/channel.h"

Suite *channel_suite(void);

/* Also of channel_short_test.c: calls of sendmsg() that are still to fail, and how. */
extern unsigned failing;
extern int failure;
unsigned failing;
int failure;
static unsigned sent;	/* packets */

/* Stands before the C library's: shortages of the system cannot be made to order. */
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	static ssize_t (*real)(int, const struct msghdr *, int);

	if (failing > 0) {
		failing--;
		errno = failure;
		return -1;
	}
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "sendmsg");
	sent++;
	return real(fd, m, flags);
}

static struct channel here, there;
static struct timer guard;
static unsigned arrived, expected, kinds[8], fd_count;
static size_t sizes[8];
static bool same_files, good_bytes, lost_fds, closed;

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 31 + i / 251);
}

static void on_message(struct channel *ch, const struct message *m)
{
	struct stat first, other;

	(void)ch;
	kinds[arrived % 8] = m->kind;
	sizes[arrived % 8] = m->payload.len;
	for (size_t i = 0; i < m->payload.len; i++)
		good_bytes &= (unsigned char)m->payload.data[i] == byte_at(i);
	fd_count += m->count;
	lost_fds |= m->truncated;
	stat("/dev/null", &first);
	for (unsigned i = 0; i < m->count; i++) {
		same_files &= fstat(m->fds[i], &other) == 0 && first.st_rdev == other.st_rdev;
		same_files &= (fcntl(m->fds[i], F_GETFD) & FD_CLOEXEC) != 0;
		close(m->fds[i]);
	}
	if (++arrived == expected)
		loop_stop();
}

static void on_closed(struct channel *ch)
{
	(void)ch;
	closed = true;
	loop_stop();
}

static const struct channel_handlers handlers = {
	.message = on_message, .closed = on_closed
};

static void setup(void)
{
	int fds[2];

	ck_assert(loop_open(NULL));
	ck_assert(packet_pair(fds));
	channel_open(&here, fds[0], &handlers);
	channel_open(&there, fds[1], &handlers);
	timer_setup(&guard, on_guard);
	timer_set(&guard, 10000);
	arrived = expected = fd_count = 0;
	same_files = good_bytes = true;
	lost_fds = closed = false;
}

static void teardown(void)
{
	if (here.event.fd != -1)
		channel_close(&here);
	if (there.event.fd != -1)
		channel_close(&there);
	loop_close();
}

static char *make_bytes(size_t len)
{
	char *bytes = malloc(len);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)byte_at(i);
	return bytes;
}

START_TEST(messages_keep_their_order_and_ends)
{
	char *bytes = make_bytes(100);

	expected = 3;
	sent = 0;
	channel_send(&here, 7, bytes, 100, NULL, 0);
	channel_send(&here, 8, NULL, 0, NULL, 0);
	channel_send(&here, 9, bytes, 1, NULL, 0);
	loop_run();
	ck_assert_uint_eq(arrived, 3);
	ck_assert_uint_eq(sent, 1);	/* together: the other end wakes up once */
	ck_assert_uint_eq(kinds[0], 7);
	ck_assert_uint_eq(sizes[0], 100);
	ck_assert_uint_eq(kinds[1], 8);
	ck_assert_uint_eq(sizes[1], 0);
	ck_assert_uint_eq(kinds[2], 9);
	ck_assert(good_bytes);
	free(bytes);
}
END_TEST

START_TEST(a_message_larger_than_any_buffer_arrives_whole)
{
	const size_t len = 3000001;
	char *bytes = make_bytes(len);

	expected = 2;
	channel_send(&here, 1, bytes, len, NULL, 0);
	ck_assert_uint_gt(here.queued, 0);
	channel_send(&here, 2, bytes, 5, NULL, 0);
	free(bytes);	/* what is queued is a copy */
	loop_run();
	ck_assert_uint_eq(arrived, 2);
	ck_assert_uint_eq(sizes[0], len);
	ck_assert_uint_eq(kinds[1], 2);
	ck_assert(good_bytes);
	ck_assert_uint_eq(here.queued, 0);
}
END_TEST

/* More than the system takes with one packet (253 on Linux). */
START_TEST(descriptors_travel_in_any_number)
{
	int fds[600];

	for (int i = 0; i < 600; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	expected = 1;
	channel_send(&here, 3, NULL, 0, fds, 600);
	for (int i = 0; i < 600; i++)
		close(fds[i]);
	loop_run();
	ck_assert_uint_eq(arrived, 1);
	ck_assert_uint_eq(fd_count, 600);
	ck_assert(same_files);
	ck_assert(!lost_fds);
}
END_TEST

START_TEST(lost_descriptors_are_noticed)
{
	struct rlimit before, few;
	int fds[20], next = dup(0);

	close(next);
	for (int i = 0; i < 20; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)fds[19] + 3;
	expected = 1;
	channel_send(&here, 3, NULL, 0, fds, 20);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	loop_run();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_uint_eq(arrived, 1);
	ck_assert(lost_fds);
	for (int i = 0; i < 20; i++)
		close(fds[i]);
}
END_TEST

static const int shortages[] = { ENOBUFS, ENOMEM, ETOOMANYREFS };

/* The socket was never full: no event says that the shortage is over. */
START_TEST(a_shortage_of_the_system_does_not_silence_a_channel)
{
	failing = 4;
	failure = shortages[_i];
	expected = 2;
	channel_send(&here, 7, "\0", 1, NULL, 0);
	channel_send(&here, 8, NULL, 0, NULL, 0);
	loop_run();
	ck_assert_uint_eq(failing, 0);
	ck_assert_uint_eq(arrived, 2);
	ck_assert_uint_eq(kinds[0], 7);
	ck_assert_uint_eq(kinds[1], 8);
	ck_assert_uint_eq(here.queued, 0);
}
END_TEST

START_TEST(the_last_words_outlast_a_shortage)
{
	failing = 3;
	failure = shortages[_i];
	channel_send(&here, 7, NULL, 0, NULL, 0);
	channel_flush(&here, 5000);
	ck_assert_uint_eq(here.queued, 0);
	expected = 1;
	loop_run();
	ck_assert_uint_eq(arrived, 1);
}
END_TEST

static void drain_at_the_second(int signo)
{
	static unsigned signals;
	char byte;

	while (signo == SIGALRM && signals > 0 && recv(there.event.fd, &byte, 1, MSG_DONTWAIT) > 0)
		;
	signals++;
}

START_TEST(the_last_words_outlast_a_signal)
{
	static const char large[8192];

	while (here.queued == 0)
		channel_send(&here, 7, large, sizeof(large), NULL, 0);
	ck_assert(signal(SIGALRM, drain_at_the_second) != SIG_ERR);
	ualarm(20000, 20000);
	channel_flush(&here, 5000);
	ualarm(0, 0);
	ck_assert_uint_eq(here.queued, 0);
}
END_TEST

static unsigned open_files(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

/* What a child that is forked meanwhile inherits, and has to close. */
START_TEST(copies_that_wait_for_another_child_can_be_closed)
{
	unsigned before = open_files();

	failing = 1;
	failure = EAGAIN;
	channel_send(&here, 7, NULL, 0, (const int[3]){ 0, 1, 2 }, 3);
	ck_assert_uint_eq(open_files(), before + 3);
	channel_close_copies(&here);
	ck_assert_uint_eq(open_files(), before - 1);
	here.event.fd = -1;
}
END_TEST

START_TEST(the_end_is_told)
{
	channel_close(&there);
	loop_run();
	ck_assert(closed);
}
END_TEST

static unsigned refused;

static bool at_most_8_bytes(struct channel *ch, unsigned kind, size_t size)
{
	(void)ch;
	return kind == 7 && size <= 8;
}

static void on_refused(struct channel *ch)
{
	(void)ch;
	refused++;
	loop_stop();
}

static const struct channel_handlers wary = { on_message, on_closed, at_most_8_bytes, on_refused };

/* The master and a child that somebody has taken over. */
static void setup_wary(void)
{
	setup();
	there.handlers = &wary;
	refused = 0;
}

START_TEST(a_child_that_sends_too_much_is_refused_at_its_first_packet)
{
	const size_t len = 3000001;
	char *bytes = make_bytes(len);

	channel_send(&here, 7, bytes, 8, NULL, 0);
	channel_send(&here, 7, bytes, len, NULL, 0);
	loop_run();
	ck_assert_uint_eq(arrived, 1);
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(there.bytes.len, 0);
	/* and what comes behind it is not looked at */
	channel_send(&here, 7, bytes, 8, NULL, 0);
	timer_set(&guard, 20);
	loop_run();
	ck_assert_uint_eq(arrived, 1);
	ck_assert_uint_eq(refused, 1);
	ck_assert(!closed);
	free(bytes);
}
END_TEST

START_TEST(descriptors_of_a_child_are_never_taken)
{
	int fds[200];
	unsigned before;

	for (int i = 0; i < 200; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	channel_send(&here, 7, NULL, 0, fds, 200);
	for (int i = 0; i < 200; i++)
		close(fds[i]);
	before = open_files();
	loop_run();
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(arrived, 0);
	ck_assert_uint_eq(open_files(), before);
}
END_TEST

START_TEST(a_kind_that_is_not_the_childs_is_refused)
{
	channel_send(&here, 8, NULL, 0, NULL, 0);
	loop_run();
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(arrived, 0);
}
END_TEST

static TCase *wary_case(void)
{
	TCase *c = tcase_create("a sender that is not trusted");

	tcase_add_checked_fixture(c, setup_wary, teardown);
	tcase_set_timeout(c, 20);
	tcase_add_test(c, a_child_that_sends_too_much_is_refused_at_its_first_packet);
	tcase_add_test(c, descriptors_of_a_child_are_never_taken);
	tcase_add_test(c, a_kind_that_is_not_the_childs_is_refused);
	return c;
}

Suite *channel_suite(void)
{
	Suite *s = suite_create("channel");
	TCase *c = tcase_create("messages");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 20);
	tcase_add_test(c, messages_keep_their_order_and_ends);
	tcase_add_test(c, a_message_larger_than_any_buffer_arrives_whole);
	tcase_add_test(c, descriptors_travel_in_any_number);
	tcase_add_test(c, lost_descriptors_are_noticed);
	tcase_add_loop_test(c, a_shortage_of_the_system_does_not_silence_a_channel, 0, 3);
	tcase_add_loop_test(c, the_last_words_outlast_a_shortage, 0, 3);
	tcase_add_test(c, the_last_words_outlast_a_signal);
	tcase_add_test(c, copies_that_wait_for_another_child_can_be_closed);
	tcase_add_test(c, the_end_is_told);
	suite_add_tcase(s, c);
	suite_add_tcase(s, wary_case());
	return s;
}
