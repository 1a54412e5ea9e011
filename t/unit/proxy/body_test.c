/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies in memory and in files, from a client that the test plays to a backend that it plays. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/scoreboard.h"
#include "event/conn.h"
#include "event/work.h"
#include "proxy/body.h"
#include "proxy/kept.h"
#include "proxy/pipes.h"
#include "proxy/relay.h"
#include "proxy/relay_body.h"

Suite *body_suite(void);

#define BIG ((size_t)3 * 1024 * 1024)
#define HEAD 100	/* bytes in front of the body, which are its packet */

static struct body_conf conf;
static struct body_use use;
static struct conn client, server;
static struct relay relay;
static struct body *body;
static int far_client, far_server;
static char *all, *got;
static size_t written, total, got_len;
static enum body_next next;
static bool ended, closes;
static struct timer step;
static unsigned steps;

static void read_on(void)
{
	next = body_read(body, &client, &ended);
	event_want(&client.event, next == BODY_MORE ? EVENT_READ : 0);
	if (next != BODY_MORE && next != BODY_BUSY)
		loop_stop();
}

static void on_moved(void *owner)
{
	ck_assert_ptr_eq(owner, &relay);
	read_on();
}

static void on_client(struct event *ev, unsigned ready)
{
	(void)ev;
	(void)ready;
	read_on();
}

static void on_relay(struct event *ev, unsigned ready)
{
	(void)ev;
	(void)ready;
	if (relay_move(&relay, &client, &server) != RELAY_OPEN)
		loop_stop();
}

static int join(struct conn *c, event_handler *handler, int size)
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	if (size != 0)
		setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	conn_setup(c, fds[0], handler);
	c->local = true;
	return fds[1];
}

/* The client sends in pieces of 50,000 bytes; `closes`: and then it closes. */
static void on_step(struct timer *t)
{
	size_t piece = total - written < 50000 ? total - written : 50000;
	ssize_t n = piece != 0 ? send(far_client, all + written, piece, MSG_NOSIGNAL) : 0;

	ck_assert_uint_lt(steps++, 20000);
	if (n > 0)
		written += (size_t)n;
	if (written == total && closes) {
		shutdown(far_client, SHUT_WR);
		closes = false;
	}
	if (got != NULL) {
		n = read(far_server, got + got_len, BIG + HEAD - got_len);
		if (n > 0)
			got_len += (size_t)n;
		if (got_len == total)
			loop_stop();
	}
	timer_set(t, 1);
}

/* The head and `early` bytes of the body have come with it. */
static void begin(size_t length, size_t early, size_t sends)
{
	struct scoreboard_sizes sizes = { .slots = 2, .services = 1, .backends = 1, .sessions = 1 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	ck_assert(loop_open(NULL));
	signal(SIGPIPE, SIG_IGN);
	kept_open(64 << 20);
	pipes_open(1);
	body_open();
	relay_init(&relay);
	far_client = join(&client, on_client, 0);
	all = malloc(BIG + HEAD);
	for (size_t k = 0; k < BIG + HEAD; k++)
		all[k] = (char)(k * 2654435761u >> 13);
	got = NULL;
	got_len = steps = 0;
	ended = closes = false;
	written = HEAD + early;
	total = HEAD + sends;
	ck_assert(relay_keep(&relay, all, HEAD + early));
	body = body_new(&conf, NULL, &use, &relay.up.kept, HEAD, length);
	ck_assert_ptr_nonnull(body);
	body_watch(body, on_moved, &relay);
	relay_body_begin(&relay.up, body);
	timer_setup(&step, on_step);
	timer_set(&step, 1);
	read_on();
}

static void collect(void)
{
	if (next == BODY_MORE || next == BODY_BUSY)
		loop_run();
}

static void finish(void)
{
	timer_cancel(&step);
	relay_close(&relay);
	ck_assert(relay_body(&relay.up) == NULL);
	conn_close(&client);
	close(far_client);
	work_close();
	ck_assert_uint_eq(use.memory, 0);
	ck_assert_uint_eq(use.disk, 0);
	ck_assert_uint_eq(counter_of(0, COUNTER_BODY_MEMORY_BYTES), 0);
	ck_assert_uint_eq(counter_of(0, COUNTER_BODY_FILE_BYTES), 0);
	ck_assert_uint_eq(counter_of(0, COUNTER_BUFFER_BYTES), 0);
	loop_close();
	free(all);
}

/* To a backend that takes little at a time; what the client has sent behind the body follows. */
static void deliver(void)
{
	ck_assert_int_eq(next, BODY_WHOLE);
	got = malloc(BIG + HEAD);
	far_server = join(&server, on_relay, 4096);
	client.event.handler = on_relay;
	event_want(&server.event, EVENT_WRITE);
	loop_run();
	ck_assert_uint_eq(got_len, total);
	ck_assert_int_eq(memcmp(got, all, total), 0);
	ck_assert_uint_eq(relay.up.bytes, total);
	ck_assert(relay_body(&relay.up) == NULL);
	conn_close(&server);
	close(far_server);
	free(got);
	got = NULL;
}

static const struct body_conf usual = { .on = true, .memory = 8192, .dir = "/tmp" };

START_TEST(in_memory)
{
	conf = usual;
	begin(8192, 1000, 8192);
	ck_assert_uint_eq(use.memory, 8192);
	collect();
	ck_assert_uint_eq(use.disk, 0);
	ck_assert_uint_eq(kept_len(&relay.up.kept), HEAD + 8192);
	deliver();
	finish();
}
END_TEST

static const size_t early[] = { 0, 1, 1000, 64512, 64513, 65000 };

START_TEST(in_a_file)
{
	conf = usual;
	begin(BIG, early[_i], BIG);
	collect();
	ck_assert_uint_eq(use.memory, 0);
	/* what came with the head has left the memory */
	ck_assert_uint_eq(use.disk, BIG);
	ck_assert_uint_eq(kept_len(&relay.up.kept) + use.disk, HEAD + BIG);
	ck_assert_uint_eq(counter_of(0, COUNTER_BODY_FILE_BYTES), use.disk);
	deliver();
	finish();
}
END_TEST

START_TEST(more_follows_the_body)
{
	conf = usual;
	if (_i == 1)
		conf.memory = BIG;
	begin(200000, 300, 900000);
	collect();
	deliver();
	finish();
}
END_TEST

START_TEST(the_client_closes)
{
	conf = usual;
	if (_i % 2 == 1)
		conf.memory = BIG;
	begin(200000, 300, _i < 2 ? 199999 : 200000);
	closes = true;
	collect();
	ck_assert_int_eq(next, _i < 2 ? BODY_GONE : BODY_WHOLE);
	if (_i >= 2)
		deliver();
	finish();
}
END_TEST

/* No place left in memory: the file, although it is short. */
START_TEST(max_memory)
{
	conf = usual;
	conf.max_memory = 10000;
	use.memory = 5000;
	begin(6000, 0, 6000);
	collect();
	ck_assert_uint_eq(use.disk, 6000);
	deliver();
	use.memory = 0;
	finish();
}
END_TEST

static void expect_failure(enum reason reason, int error)
{
	const char *why = NULL;
	int errno_is = -1;

	ck_assert_int_eq(next, BODY_FAILED);
	ck_assert_int_eq((int)body_failure(body, &why, &errno_is), (int)reason);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(errno_is, error);
}

START_TEST(max_disk)
{
	conf = usual;
	conf.max_disk = 300000;
	begin(300001, 0, 300001);
	expect_failure(REASON_OUT_OF_DISK, 0);
	ck_assert_uint_eq(use.disk, 0);
	finish();
	use.disk = 200000;
	begin(250000, 0, 250000);
	collect();
	expect_failure(REASON_OUT_OF_DISK, 0);
	ck_assert_uint_le(use.disk, 300000);
	relay_close(&relay);
	ck_assert_uint_eq(use.disk, 200000);
	use.disk = 0;
	finish();
}
END_TEST

START_TEST(no_folder)
{
	conf = usual;
	conf.dir = "/nonexistent/folder";
	begin(BIG, 0, BIG);
	collect();
	expect_failure(REASON_OUT_OF_DISK, ENOENT);
	finish();
}
END_TEST

/* A session that ends while a thread writes: its file goes behind it. */
START_TEST(freed_while_it_is_written)
{
	conf = usual;
	begin(BIG, 65000, BIG);
	ck_assert_int_eq(next, BODY_BUSY);
	ck_assert(body_busy(body));
	finish();
}
END_TEST

Suite *body_suite(void)
{
	Suite *s = suite_create("body");
	TCase *c = tcase_create("body");

	tcase_add_test(c, in_memory);
	tcase_add_loop_test(c, in_a_file, 0, (int)COUNT(early));
	tcase_add_loop_test(c, more_follows_the_body, 0, 2);
	tcase_add_loop_test(c, the_client_closes, 0, 4);
	tcase_add_test(c, max_memory);
	tcase_add_test(c, max_disk);
	tcase_add_test(c, no_folder);
	tcase_add_test(c, freed_while_it_is_written);
	suite_add_tcase(s, c);
	return s;
}
