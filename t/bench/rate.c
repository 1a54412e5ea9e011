/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Latency at a fixed rate, measured from when a request was due, not from
 * when it could be sent: rate PORT CONNECTIONS REQUESTS_PER_SECOND SECONDS.
 * Prints: sent done errors p50 p90 p99 p99.9 max (microseconds).
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "tool.h"

enum { SLOWEST = 2000000, CONNECTIONS = 8192 };

static unsigned histogram[SLOWEST + 1];	/* by microsecond */
static int64_t due_at[65536];		/* by descriptor */
static int idle[CONNECTIONS];		/* a ring: all connections take turns */
static unsigned idle_head, idle_count;
static long sent, done, errors, counted;

static void put_idle(int fd)
{
	idle[(idle_head + idle_count++) % CONNECTIONS] = fd;
}

static int take_idle(void)
{
	int fd = idle[idle_head];

	idle_head = (idle_head + 1) % CONNECTIONS;
	idle_count--;
	return fd;
}

static void ask(int64_t due)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
	int fd = take_idle();

	due_at[fd] = due;
	sent++;
	if (write(fd, request, sizeof(request) - 1) < 0)
		errors++;
}

static void on_answer(int fd, int epoll, int64_t counted_from, unsigned *live)
{
	char answer[4096];

	if (read(fd, answer, sizeof(answer)) <= 0) {
		errors++;
		epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
		--*live;
		return;
	}
	int64_t us = (now_ns() - due_at[fd]) / 1000;
	if (due_at[fd] > counted_from) {
		histogram[us > SLOWEST ? SLOWEST : us]++;
		counted++;
	}
	done++;
	put_idle(fd);
}

static struct timespec wait_for(int64_t due, int64_t end)
{
	int64_t ns = due >= end ? SECOND / 100 : idle_count ? due - now_ns() : SECOND / 10;

	if (ns < 0)
		ns = 0;
	return (struct timespec){ ns / SECOND, ns % SECOND };
}

static void run(int epoll, unsigned live, double rate, double seconds)
{
	struct epoll_event events[256];
	int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
	int64_t step = (int64_t)(1e9 / rate), due = start;

	for (int64_t t = start; t < end || (idle_count < live && t < end + SECOND); t = now_ns()) {
		for (; due <= t && due < end && idle_count; due += step)
			ask(due);
		struct timespec pause = wait_for(due, end);
		int n = epoll_pwait2(epoll, events, 256, &pause, NULL);
		for (int i = 0; i < n; i++)
			on_answer(events[i].data.fd, epoll, start + SECOND / 2, &live);
	}
}

static void report(void)
{
	static const double quantiles[] = { .5, .9, .99, .999 };
	long below = 0, slowest = 0;
	unsigned q = 0;

	printf("%ld %ld %ld", sent, done, errors);
	for (long us = 0; us <= SLOWEST; us++) {
		below += histogram[us];
		if (histogram[us])
			slowest = us;
		for (; counted && q < 4 && (double)below >= quantiles[q] * (double)counted; q++)
			printf(" %ld", us);
	}
	for (; q < 4; q++)
		printf(" -1");
	printf(" %ld\n", slowest);
}

int main(int argc, char **argv)
{
	if (argc < 5 || atoi(argv[2]) > CONNECTIONS) {
		fputs("usage: rate PORT CONNECTIONS REQUESTS_PER_SECOND SECONDS\n", stderr);
		return 2;
	}
	unsigned count = (unsigned)atoi(argv[2]);
	int epoll = epoll_create1(0);

	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	for (unsigned i = 0; i < count; i++) {
		int fd = connect_to(argv[1]);

		no_delay(fd);
		watch_fd(epoll, fd, EPOLLIN);
		put_idle(fd);
	}
	run(epoll, count, atof(argv[3]), atof(argv[4]));
	report();
	return 0;
}
