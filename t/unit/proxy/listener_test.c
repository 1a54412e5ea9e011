/* SPDX-License-Identifier: BSD-2-Clause */
#include <check.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event/event.h"
#include "event/timer.h"
#include "process/change.h"
#include "proxy/listener.h"
#include "proxy/service.h"

Suite *listener_suite(void);

static void on_clients(struct event *ev, unsigned ready)
{
	(void)ev, (void)ready;
}

static void on_aside(struct timer *t)
{
	(void)t;
}

static const struct listener_handlers handlers = { on_clients, on_aside, on_aside };

static struct listener *new(unsigned count)
{
	int fds[8];
	struct change_address a = { .id = 7, .fds = fds, .count = count };

	for (unsigned i = 0; i < count; i++)
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	return listener_new(&a, &handlers);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) != -1;
}

static void expect(const struct listener *l, const int *fds, unsigned count)
{
	ck_assert_uint_eq(l->count, count);
	for (unsigned i = 0; i < count; i++) {
		ck_assert_int_eq(l->sockets[i]->event.fd, fds[i]);
		ck_assert_ptr_eq(l->sockets[i]->listener, l);
	}
}

/* A new worker of a group that grew while the address was being closed lacks all of it. */
START_TEST(takes_over_the_sockets_that_it_lacks)
{
	struct listener *l, *more;
	int fds[4];

	ck_assert(loop_open("poll"));
	l = new(2);
	more = new(3);		/* the second to the fourth of the group */
	fds[0] = l->sockets[0]->event.fd;
	fds[1] = l->sockets[1]->event.fd;
	fds[2] = more->sockets[1]->event.fd;
	fds[3] = more->sockets[2]->event.fd;
	listener_join(l, more, 1);
	expect(l, fds, 4);
	ck_assert_uint_eq(more->count, 1);
	listener_join(l, more, 1);
	expect(l, fds, 4);
	listener_close(more);
	listener_close(l);
	for (int i = 0; i < 4; i++)
		ck_assert(!is_open(fds[i]));
	listener_release(more);
	listener_release(l);
	loop_close();
}
END_TEST

START_TEST(watched_unless_shut_or_set_aside)
{
	struct listener *l;
	struct listener_socket *s;

	ck_assert(loop_open("poll"));
	l = new(1);
	s = l->sockets[0];
	listener_watch(s, true);
	ck_assert_uint_eq(s->event.want, EVENT_READ);
	listener_watch(s, false);
	ck_assert_uint_eq(s->event.want, 0);
	timer_set(&s->aside, 1000);
	listener_watch(s, true);
	ck_assert_uint_eq(s->event.want, 0);
	timer_cancel(&s->aside);
	listener_watch(s, true);
	ck_assert_uint_eq(s->event.want, EVENT_READ);
	listener_shut(s);
	listener_watch(s, true);
	ck_assert_uint_eq(s->event.want, 0);
	listener_close(l);
	listener_release(l);
	loop_close();
}
END_TEST

START_TEST(holds_the_service_of_its_sessions)
{
	struct service a = { .references = 1 }, b = { .references = 1 };
	struct listener *l;

	ck_assert(loop_open("poll"));
	l = new(1);
	listener_set_service(l, &a);
	listener_set_service(l, &a);
	ck_assert_uint_eq(a.references, 2);
	listener_set_service(l, &b);
	ck_assert_uint_eq(a.references, 1);
	ck_assert_uint_eq(b.references, 2);
	listener_hold(l);
	listener_close(l);
	listener_release(l);
	ck_assert_uint_eq(b.references, 2);
	listener_release(l);
	ck_assert_uint_eq(b.references, 1);
	loop_close();
}
END_TEST

/* Another program may accept from an inherited socket: it hears of clients that wait. */
START_TEST(woken_alone_unless_others_may_serve_its_clients)
{
	struct service_conf conf = { .when_empty = WHEN_EMPTY_WAIT };
	struct service service = { .references = 2, .conf = &conf };
	struct listener *l;
	struct listener_socket *s;
	int fd;

	ck_assert(loop_open("poll"));
	l = new(1);
	s = l->sockets[0];
	fd = s->event.fd;
	l->shared = s->exclusive = true;
	listener_set_service(l, &service);
	listener_watch(s, true);
	ck_assert(s->exclusive);
	l->addr.kind = ADDR_FD;
	listener_watch(s, true);
	ck_assert(!s->exclusive);
	ck_assert_int_eq(s->event.fd, fd);
	ck_assert_uint_eq(s->event.want, EVENT_READ);
	conf.when_empty = WHEN_EMPTY_CLOSE;
	listener_watch(s, false);
	ck_assert(s->exclusive);
	ck_assert_uint_eq(s->event.want, 0);
	listener_close(l);
	ck_assert(!is_open(fd));
	listener_release(l);
	loop_close();
}
END_TEST

Suite *listener_suite(void)
{
	Suite *s = suite_create("listener");
	TCase *tc = tcase_create("listener");

	tcase_add_test(tc, takes_over_the_sockets_that_it_lacks);
	tcase_add_test(tc, watched_unless_shut_or_set_aside);
	tcase_add_test(tc, woken_alone_unless_others_may_serve_its_clients);
	tcase_add_test(tc, holds_the_service_of_its_sessions);
	suite_add_tcase(s, tc);
	return s;
}
