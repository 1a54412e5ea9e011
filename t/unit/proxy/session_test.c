/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole sessions in one process: the test plays the client and the backend. What the programs of
 * t/20-proxy cannot see: a protocol with a greeting, in pieces and at its limits.
 */
#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "event/event.h"
#include "event/timer.h"
#include "proxy/accept_pause.h"
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/greeting.h"
#include "proxy/kept.h"
#include "proxy/listener.h"
#include "proxy/peer.h"
#include "proxy/protocol.h"
#include "proxy/service.h"
#include "proxy/session.h"
#include "proxy/session_all.h"
#include "proxy/session_list.h"

Suite *session_suite(void);

static const struct settings settings = { .worker_sessions = 16, .workers = 1,
					  .buffer_memory = 64 << 20 };
static struct service_conf conf;
static struct backend_conf backend_conf;
static struct backend backend, *backends[] = { &backend };
static struct service service;
static struct listener listener;
static struct timer guard;
static int listening, client;	/* the ends that the test plays */
static char said[512];
static unsigned greets, cancels;
static struct greeting *asked;
static struct slice chosen_by;

static void on_guard(struct timer *t)
{
	(void)t;
	loop_stop();
}

static void run(uint64_t ms)
{
	timer_set(&guard, ms);
	loop_run();
	timer_cancel(&guard);
}

static void nothing_to_do(void)
{
}

/* A line is the key: "!..." is wrong, "?..." is answered later. */
static enum greet greet_line(struct greeting *g, struct slice bytes)
{
	const char *end = memchr(bytes.data, '\n', bytes.len);

	greets++;
	if (bytes.data[0] == '!') {
		g->why = "it begins with !";
		return GREET_BAD;
	}
	if (end == NULL)
		return GREET_MORE;
	g->key = (struct slice){ bytes.data, (size_t)(end - bytes.data) };
	g->consumed = (uint32_t)g->key.len + 1;
	asked = g;
	return bytes.data[0] == '?' ? GREET_WAIT : GREET_READY;
}

static void on_cancel(struct greeting *g)
{
	ck_assert_ptr_eq(g, asked);
	cancels++;
}

static const struct protocol line = { .name = "line", .most = 65536, .greet = greet_line,
				      .cancel = on_cancel };

/* Takes the only backend, and notes by which key. */
static uint32_t choose(struct service *s, const struct choice *choice)
{
	chosen_by = choice->key != NULL ? *choice->key : (struct slice){ NULL, 0 };
	if (!choice_usable(s, 0, choice))
		return BALANCER_NONE;
	return choice_claim(s, 0, backend_sessions(&backend), choice) ? 0 : BALANCER_NONE;
}

static const struct balancer only = { .name = "only", .choose = choose };

static void listen_for_backend(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(in);
	char why[ADDR_TEXT];

	listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(listening, (struct sockaddr *)&in, sizeof(in)), 0);
	ck_assert_int_eq(listen(listening, 8), 0);
	getsockname(listening, (struct sockaddr *)&in, &len);
	ck_assert(addr_parse(&backend_conf.addr, slice_of("127.0.0.1:1"), ADDR_DIAL, NULL, why,
			     sizeof(why)));
	addr_set_port(&backend_conf.addr, ntohs(in.sin_port));
}

static void begin(const struct protocol *protocol)
{
	struct scoreboard_sizes sizes = { .slots = 4, .services = 2, .backends = 2,
					  .sessions = 64 };

	ck_assert(scoreboard_open(&sizes));
	scoreboard_set_own(0);
	log_set_level(LEVEL_ALERT);
	signal(SIGPIPE, SIG_IGN);
	ck_assert(loop_open("poll"));
	ck_assert(session_all_open(&settings));
	accept_pause_open(nothing_to_do);
	timer_setup(&guard, on_guard);
	conf = (struct service_conf){ .connect_timeout_ms = 1000,
				      .greeting_timeout_ms = 60000 };
	backend_conf = (struct backend_conf){ .weight = 1 };
	listen_for_backend();
	backend = (struct backend){ .conf = &backend_conf, .name = "one", .address = "one",
				    .shown = "one", .handle = backend_cell_take(),
				    .references = 1 };
	service = (struct service){ .handle = service_cell_take(), .name = (char *)"web",
				    .conf = &conf, .set = { 1, 1, backends }, .balancer = &only,
				    .greets = protocol, .references = 1 };
	listener = (struct listener){ .text = "x", .service = &service, .references = 1 };
	greets = cancels = 0;
}

static void connect_client(const char *first)
{
	union peer peer = { .sa.sa_family = AF_UNIX };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	client = fds[0];
	ck_assert_int_eq(write(client, first, strlen(first)), (ssize_t)strlen(first));
	session_start(&listener, fds[1], &peer);
}

static void send_client(const char *text)
{
	ck_assert_int_eq(write(client, text, strlen(text)), (ssize_t)strlen(text));
	run(5);
}

/* What the backend has received: connects at once, "" where nobody has connected. */
static const char *received(void)
{
	int fd;
	ssize_t n;

	run(20);
	fd = accept(listening, NULL, NULL);
	if (fd == -1)
		return "";
	fcntl(fd, F_SETFL, O_NONBLOCK);
	n = read(fd, said, sizeof(said) - 1);
	said[n > 0 ? n : 0] = '\0';
	close(fd);
	return said;
}

static void expect_ended(enum reason why)
{
	const struct service_cell *cell = service_cell(service.handle.index);
	char byte;

	for (unsigned i = 0; i < REASON_COUNT; i++)
		ck_assert_uint_eq(cell->ended[i], i == why);
	ck_assert_uint_eq(session_list_active(), 0);
	ck_assert_uint_eq(counter_of(0, COUNTER_BUFFER_BYTES), 0);
	ck_assert_uint_eq(active_count(&cell->active), 0);
	ck_assert_uint_eq(backend_sessions(&backend), 0);
	ck_assert_int_le(read(client, &byte, 1), 0);
}

static void end(enum reason why)
{
	run(20);
	expect_ended(why);
	close(client);
	close(listening);
	loop_close();
}

START_TEST(without_a_greeting)
{
	begin(NULL);
	connect_client("hello");
	ck_assert_str_eq(received(), "hello");
	ck_assert_ptr_null(chosen_by.data);
	shutdown(client, SHUT_WR);
	end(REASON_DONE);
}
END_TEST

START_TEST(a_greeting_in_the_first_read)
{
	begin(&line);
	connect_client("KEY\nhello");
	ck_assert_str_eq(received(), "hello");
	ck_assert(slice_is(chosen_by, "KEY"));
	ck_assert_uint_eq(greets, 1);
	shutdown(client, SHUT_WR);
	end(REASON_DONE);
}
END_TEST

/* _i bytes at first, the rest later. */
START_TEST(a_greeting_in_two_pieces)
{
	static const char text[] = "KEY\nhello";
	char first[sizeof(text)] = "";

	begin(&line);
	memcpy(first, text, (size_t)_i);
	connect_client(first);
	ck_assert_str_eq(received(), "");
	ck_assert_uint_eq(counter_of(0, COUNTER_BUFFER_BYTES) != 0, _i != 0);
	send_client(text + _i);
	ck_assert_str_eq(received(), "hello");
	ck_assert(slice_is(chosen_by, "KEY"));
	shutdown(client, SHUT_WR);
	end(REASON_DONE);
}
END_TEST

/* The end of the stream comes with the last piece, and is passed on. */
START_TEST(a_client_that_has_sent_all_and_closed_its_side)
{
	begin(&line);
	connect_client("KE");
	run(5);
	ck_assert_int_eq(write(client, "Y\nhello", 7), 7);
	shutdown(client, SHUT_WR);
	ck_assert_str_eq(received(), "hello");
	end(REASON_DONE);
}
END_TEST

START_TEST(a_greeting_that_does_not_come)
{
	begin(&line);
	conf.greeting_timeout_ms = 300;
	connect_client(_i != 0 ? "KE" : "");
	run(10);
	ck_assert_uint_eq(session_list_active(), 1);
	run(400);
	end(REASON_GREETING_TIMEOUT);
}
END_TEST

START_TEST(a_new_timeout_is_that_of_greetings_under_way)
{
	begin(&line);
	connect_client("KE");
	run(30);
	conf.greeting_timeout_ms = 10;
	session_all_changed(&settings);
	run(30);
	end(REASON_GREETING_TIMEOUT);
}
END_TEST

START_TEST(a_wrong_greeting)
{
	begin(&line);
	connect_client(_i != 0 ? "!" : "");
	if (_i == 0)
		send_client("!");
	end(REASON_BAD_GREETING);
}
END_TEST

START_TEST(a_greeting_that_is_too_long)
{
	char block[4096];

	begin(&line);
	memset(block, 'x', sizeof(block));
	connect_client("x");
	for (int i = 0; i < 64 && session_list_active() != 0; i++) {
		if (write(client, block, sizeof(block)) == -1)
			break;
		run(2);
	}
	end(REASON_BAD_GREETING);
}
END_TEST

START_TEST(a_client_that_leaves)
{
	begin(&line);
	connect_client("KE");
	run(5);
	shutdown(client, SHUT_RDWR);
	end(REASON_CLIENT_GONE);
}
END_TEST

/* Not read where it could not be kept; who has it all in the first read needs no memory. */
START_TEST(no_memory_to_keep_it)
{
	begin(&line);
	connect_client("");
	kept_set_limit(64 << 10);
	send_client("KE");
	end(REASON_MAX_MEMORY);
}
END_TEST

START_TEST(an_answer_that_comes_later)
{
	begin(&line);
	connect_client("?KEY\nhello");
	ck_assert_str_eq(received(), "");
	send_client(", more");
	greeting_answer(asked, GREET_READY);
	ck_assert_str_eq(received(), "hello, more");
	ck_assert(slice_is(chosen_by, "?KEY"));
	shutdown(client, SHUT_WR);
	end(REASON_DONE);
}
END_TEST

START_TEST(an_answer_that_comes_too_late)
{
	begin(&line);
	conf.greeting_timeout_ms = 30;
	connect_client("?KEY\nhello");
	run(50);
	end(REASON_GREETING_TIMEOUT);
	ck_assert_uint_eq(cancels, 1);
}
END_TEST

START_TEST(a_refused_answer)
{
	begin(&line);
	connect_client("?KEY\n");
	run(5);
	asked->why = "nobody knows it";
	greeting_answer(asked, GREET_BAD);
	end(REASON_BAD_GREETING);
}
END_TEST

/* The greeting is kept for the next try; here there is none. */
START_TEST(a_backend_that_refuses)
{
	begin(&line);
	close(listening);
	connect_client("KEY\nhello");
	end(REASON_CONNECT_FAILED);
}
END_TEST

Suite *session_suite(void)
{
	Suite *s = suite_create("session");
	TCase *tc = tcase_create("session");

	tcase_add_test(tc, without_a_greeting);
	tcase_add_test(tc, a_greeting_in_the_first_read);
	tcase_add_loop_test(tc, a_greeting_in_two_pieces, 0, 4);
	tcase_add_test(tc, a_client_that_has_sent_all_and_closed_its_side);
	tcase_add_loop_test(tc, a_greeting_that_does_not_come, 0, 2);
	tcase_add_test(tc, a_new_timeout_is_that_of_greetings_under_way);
	tcase_add_loop_test(tc, a_wrong_greeting, 0, 2);
	tcase_add_test(tc, a_greeting_that_is_too_long);
	tcase_add_test(tc, a_client_that_leaves);
	tcase_add_test(tc, no_memory_to_keep_it);
	tcase_add_test(tc, an_answer_that_comes_later);
	tcase_add_test(tc, an_answer_that_comes_too_late);
	tcase_add_test(tc, a_refused_answer);
	tcase_add_test(tc, a_backend_that_refuses);
	suite_add_tcase(s, tc);
	return s;
}
