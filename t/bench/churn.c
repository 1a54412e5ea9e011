/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request per connection, and every failure named: churn PORT CONNECTIONS
 * SECONDS (or until SIGTERM). Prints: ok refused reset eof timeout other max_ms,
 * where eof is a close without an answer.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

enum outcome { OK, REFUSED, RESET, EMPTY, TIMEOUT, OTHER, OUTCOMES };
enum { PATIENCE_S = 3 };

struct slot {
	int     fd;
	int64_t start;
	bool    sent, answered;
};

static struct sockaddr_in target;
static int epoll;
static long outcomes[OUTCOMES];
static int64_t slowest;
static volatile sig_atomic_t stopping;

static void on_term(int signal_number)
{
	(void)signal_number;
	stopping = 1;
}

static enum outcome outcome_of(int error)
{
	if (error == ECONNREFUSED)
		return REFUSED;
	return error == ECONNRESET || error == EPIPE ? RESET : OTHER;
}

static void open_slot(struct slot *s)
{
	while (!stopping) {
		s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		s->start = now_ns();
		s->sent = s->answered = false;
		if (connect(s->fd, (struct sockaddr *)&target, sizeof(target)) == 0 ||
		    errno == EINPROGRESS) {
			watch(epoll, s->fd, EPOLLOUT, s);
			return;
		}
		outcomes[outcome_of(errno)]++;
		close(s->fd);
		usleep(100);
	}
}

static void end_slot(struct slot *s, enum outcome outcome)
{
	int64_t took = now_ns() - s->start;

	outcomes[outcome]++;
	if (took > slowest)
		slowest = took;
	close(s->fd);
	if (outcome == REFUSED)
		usleep(50);
	open_slot(s);
}

static void on_connected(struct slot *s)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = s };
	int error = 0;
	socklen_t len = sizeof(error);

	getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (!error && write(s->fd, request, sizeof(request) - 1) < 0)
		error = errno;
	if (error) {
		end_slot(s, outcome_of(error));
		return;
	}
	s->sent = true;
	epoll_ctl(epoll, EPOLL_CTL_MOD, s->fd, &e);
}

static void on_answer(struct slot *s)
{
	char answer[4096];
	ssize_t n = read(s->fd, answer, sizeof(answer));

	if (n > 0)
		s->answered = true;
	else if (n == 0)
		end_slot(s, s->answered ? OK : EMPTY);
	else if (errno != EAGAIN)
		end_slot(s, s->answered && errno == ECONNRESET ? OK : outcome_of(errno));
}

static void end_late(struct slot *slots, int count)
{
	for (int i = 0; i < count; i++)
		if (now_ns() - slots[i].start > PATIENCE_S * SECOND)
			end_slot(&slots[i], TIMEOUT);
}

static void run(struct slot *slots, int count, int64_t until)
{
	struct epoll_event events[256];
	int64_t looked = now_ns();

	while (!stopping && now_ns() < until) {
		int n = epoll_wait(epoll, events, 256, 100);

		for (int i = 0; i < n; i++) {
			struct slot *s = events[i].data.ptr;

			if (s->sent)
				on_answer(s);
			else
				on_connected(s);
		}
		if (now_ns() - looked > SECOND / 2) {
			looked = now_ns();
			end_late(slots, count);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: churn PORT CONNECTIONS SECONDS\n", stderr);
		return 2;
	}
	int count = atoi(argv[2]);
	struct slot *slots = calloc((size_t)count, sizeof(*slots));

	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_term);
	target = loopback(argv[1]);
	epoll = epoll_create1(0);
	for (int i = 0; i < count; i++)
		open_slot(&slots[i]);
	run(slots, count, now_ns() + (int64_t)(atof(argv[3]) * 1e9));
	for (int i = 0; i < OUTCOMES; i++)
		printf("%ld ", outcomes[i]);
	printf("%.1f\n", (double)slowest / 1e6);
	free(slots);
	return 0;
}
