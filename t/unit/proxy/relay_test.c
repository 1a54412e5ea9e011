/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "event/conn.h"
#include "proxy/kept.h"
#include "proxy/pipes.h"
#include "proxy/relay.h"

Suite *relay_suite(void);

#define BIG (3 * 1024 * 1024)

static const char *const back_ends[] = {
#ifdef HAVE_EPOLL
	"epoll",
#endif
	"poll",
};

static int far_client, far_server;	/* the ends that the test plays */
static struct conn client, server;
static struct relay relay;
static enum relay_status status;
static struct timer step;
static char *sent, *got;
static size_t sent_len, got_len, written;

static void on_either(struct event *ev, unsigned ready)
{
	(void)ev;
	(void)ready;
	status = relay_move(&relay, &client, &server);
	if (status != RELAY_OPEN)
		loop_stop();
}

static int join(struct conn *c, bool tcp)
{
	int fds[2];

	if (!tcp) {
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	} else {
		struct sockaddr_in in = { .sin_family = AF_INET,
					  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		socklen_t len = sizeof(in);
		int l = socket(AF_INET, SOCK_STREAM, 0);

		ck_assert_int_eq(bind(l, (struct sockaddr *)&in, sizeof(in)), 0);
		ck_assert_int_eq(listen(l, 1), 0);
		getsockname(l, (struct sockaddr *)&in, &len);
		fds[0] = socket(AF_INET, SOCK_STREAM, 0);
		ck_assert_int_eq(connect(fds[0], (struct sockaddr *)&in, sizeof(in)), 0);
		fds[1] = accept(l, NULL, NULL);
		close(l);
	}
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	conn_setup(c, fds[0], on_either);
	c->local = !tcp;
	return fds[1];
}

static void begin(int i, uint64_t memory)
{
	struct scoreboard_sizes sizes = { .slots = 2, .services = 1, .backends = 1, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	ck_assert(loop_open(back_ends[i / 2 % (int)COUNT(back_ends)]));
	signal(SIGPIPE, SIG_IGN);	/* as the program does: splice has no flag for it */
	kept_open(memory);
	pipes_open(1);
	far_client = join(&client, i % 2 == 0);
	far_server = join(&server, i % 2 == 0);
	relay_init(&relay);
	sent = malloc(BIG);
	got = malloc(BIG);
	for (size_t k = 0; k < BIG; k++)
		sent[k] = (char)(k * 2654435761u >> 13);
	sent_len = got_len = written = 0;
	status = relay_move(&relay, &client, &server);
}

static void finish(void)
{
	timer_cancel(&step);
	relay_close(&relay);
	conn_close_pair(&client, &server);
	close(far_client);
	close(far_server);
	ck_assert_uint_eq(counter_of(0, COUNTER_BUFFER_BYTES), 0);
	free(sent);
	free(got);
	loop_close();
}

/* The client writes while the backend reads in small, lazy gulps; then it ends. */
static void feed(struct timer *t)
{
	ssize_t n;

	while (written < sent_len && (n = send(far_client, sent + written, sent_len - written,
					       MSG_NOSIGNAL)) > 0)
		written += (size_t)n;
	if (written == sent_len && sent_len != 0) {
		shutdown(far_client, SHUT_WR);
		sent_len = 0;
	}
	n = read(far_server, got + got_len, BIG - got_len < 50000 ? BIG - got_len : 50000);
	if (n > 0)
		got_len += (size_t)n;
	if (n == 0 && got_len == written) {
		close(far_server);	/* which ends the other direction */
		far_server = -1;
		close(far_client);
		far_client = -1;
		return;
	}
	timer_set(t, 0);
}

static void run(size_t len)
{
	sent_len = len;
	timer_setup(&step, feed);
	timer_set(&step, 0);
	loop_run();
}

START_TEST(all_bytes_arrive_and_the_end_too)
{
	begin(_i, 64 << 20);
	run(BIG);
	ck_assert_int_eq((int)status, RELAY_DONE);
	ck_assert_uint_eq(got_len, BIG);
	ck_assert_int_eq(memcmp(sent, got, BIG), 0);
	ck_assert_uint_eq(relay.up.bytes, BIG);
	finish();
}
END_TEST

/* Nothing at all may be kept: bytes wait in the sockets, and still all arrive. */
START_TEST(without_memory_to_keep_anything)
{
	begin(_i, 0);
	run(BIG);
	ck_assert_int_eq((int)status, RELAY_DONE);
	ck_assert_uint_eq(got_len, BIG);
	ck_assert_int_eq(memcmp(sent, got, BIG), 0);
	finish();
}
END_TEST

static void answer_and_leave(struct timer *t)
{
	(void)t;
	ck_assert_int_eq(write(far_server, "too long", 8), 8);
	close(far_server);	/* with bytes of the client unread: a reset follows */
	far_server = -1;
}

static void read_answer(struct timer *t)
{
	char answer[16];
	ssize_t n;

	/* the client goes on sending all the while */
	(void)send(far_client, sent, 100000, MSG_NOSIGNAL);
	n = recv(far_client, answer, sizeof(answer), 0);
	if (n == 8 && memcmp(answer, "too long", 8) == 0)
		got_len = 8;
	if (n == 0) {
		close(far_client);
		far_client = -1;
		return;
	}
	ck_assert_msg(n != -1 || errno == EAGAIN, "the answer was destroyed: %d", errno);
	timer_set(t, 1);
}

START_TEST(an_early_answer_is_not_destroyed)
{
	static struct timer leave;

	begin(_i, 64 << 20);
	timer_setup(&leave, answer_and_leave);
	timer_set(&leave, 5);
	timer_setup(&step, read_answer);
	timer_set(&step, 0);
	loop_run();
	ck_assert_uint_eq(got_len, 8);
	ck_assert(status != RELAY_OPEN);
	finish();
}
END_TEST

static unsigned turns;

static void count_turn(void)
{
	turns++;
}

static void stop(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void run_for(uint64_t ms)
{
	timer_setup(&step, stop);
	timer_set(&step, ms);
	loop_run();
}

static void send_descriptor(const char *text)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	struct iovec io = { .iov_base = (void *)(uintptr_t)text, .iov_len = strlen(text) };
	struct msghdr msg = { .msg_iov = &io, .msg_iovlen = 1, .msg_control = &control,
			      .msg_controllen = sizeof(control) };

	memcpy(CMSG_DATA(&control.head), &far_client, sizeof(int));
	ck_assert_int_eq(sendmsg(far_client, &msg, 0), (ssize_t)strlen(text));
}

static void speak_with_descriptors(struct timer *t)
{
	(void)t;
	send_descriptor("one ");
	ck_assert_int_eq(send(far_client, "two ", 4, 0), 4);
	send_descriptor("three ");
	ck_assert_int_eq(send(far_client, "four", 4, 0), 4);
	shutdown(far_client, SHUT_WR);
}

static void hear(struct timer *t)
{
	ssize_t n = recv(far_server, got + got_len, 100, 0);

	if (n > 0)
		got_len += (size_t)n;
	if (n == 0)
		loop_stop();
	else
		timer_set(t, 1);
}

/* A read stops behind bytes that came with a descriptor: neither drained nor the last. */
START_TEST(descriptors_in_a_unix_stream_do_not_cut_it)
{
	static struct timer speak;

	begin(_i, 64 << 20);
	if (_i % 2 == 1) {
		timer_setup(&speak, speak_with_descriptors);
		timer_set(&speak, 1);
		timer_setup(&step, hear);
		timer_set(&step, 2);
		loop_run();
		ck_assert_uint_eq(got_len, 18);
		ck_assert_int_eq(memcmp(got, "one two three four", 18), 0);
	}
	finish();
}
END_TEST

/* Whoever was held up for want of memory goes on as usual once there is some. */
START_TEST(memory_comes_back)
{
	begin(_i, 0);
	loop_before_sleep(count_turn);
	for (int i = 0; i < 200 && !relay.up.blocked; i++) {
		(void)send(far_client, sent, BIG, MSG_NOSIGNAL | MSG_DONTWAIT);
		run_for(1);
	}
	ck_assert(relay.up.blocked);
	kept_set_limit(64 << 20);
	fcntl(far_server, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 200; i++) {
		while (read(far_server, got, BIG) > 0)
			;
		run_for(1);
	}
	turns = 0;
	run_for(30);
	ck_assert(!relay.up.blocked);
	ck_assert_uint_le(turns, 5);
	finish();
}
END_TEST

#ifdef HAVE_SPLICE
/* After small ones, and each time all of it: the second time the kernel moves it. */
START_TEST(large_messages_are_spliced)
{
	size_t len = 10;

	begin(_i, 64 << 20);
	fcntl(far_server, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 6; i++, len = i > 1 ? 50000 : 10) {
		ck_assert_int_eq(send(far_client, sent, len, 0), (ssize_t)len);
		run_for(10);
		for (got_len = 0; got_len < len; run_for(1)) {
			ssize_t n = read(far_server, got, BIG);

			got_len += n > 0 ? (size_t)n : 0;
		}
	}
	ck_assert(relay.up.splices);
	ck_assert_uint_ge(counter_of(0, COUNTER_SPLICED_BYTES), 3 * len);
	finish();
}
END_TEST
#endif

static void send_all(const char *text, int flags)
{
	ck_assert_int_eq(send(far_client, text, strlen(text), flags), (ssize_t)strlen(text));
}

/* A read stops at an out-of-band byte, though there is more behind it. */
START_TEST(bytes_behind_urgent_ones_arrive)
{
	char bytes[16] = "";
	size_t len = 0;

	begin(2 * (_i / 2), 64 << 20);		/* TCP's alone */
	relay.up.splices = _i % 2 != 0 && loop_name()[0] == 'e';
	send_all("abc", 0);
	send_all("!", MSG_OOB);
	send_all("efg", 0);
	fcntl(far_server, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 20; i++) {
		ssize_t n = read(far_server, bytes + len, sizeof(bytes) - 1 - len);

		len += n > 0 ? (size_t)n : 0;
		run_for(5);
	}
	ck_assert_str_eq(bytes, "abcefg");
	finish();
}
END_TEST

Suite *relay_suite(void)
{
	Suite *s = suite_create("relay");
	TCase *tc = tcase_create("relay");
	int n = 2 * (int)COUNT(back_ends);

	tcase_set_timeout(tc, 20);
	tcase_add_loop_test(tc, all_bytes_arrive_and_the_end_too, 0, n);
	tcase_add_loop_test(tc, without_memory_to_keep_anything, 0, n);
	tcase_add_loop_test(tc, an_early_answer_is_not_destroyed, 0, n);
	tcase_add_loop_test(tc, descriptors_in_a_unix_stream_do_not_cut_it, 0, n);
	tcase_add_loop_test(tc, memory_comes_back, 0, n);
#ifdef HAVE_SPLICE
	tcase_add_loop_test(tc, large_messages_are_spliced, 0, n);
#endif
	tcase_add_loop_test(tc, bytes_behind_urgent_ones_arrive, 0, n);
	suite_add_tcase(s, tc);
	return s;
}
