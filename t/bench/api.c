/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client of the API at a fixed rate over kept connections, each time measured from when the
 * request was due: api ADDRESS CONNECTIONS REQUESTS_PER_SECOND SECONDS get|patch SERVICES BACKENDS
 * [PATH]. The address is a port or the path of a unix socket. Request i is about backend b(i mod
 * BACKENDS) of service s(i mod SERVICES); patch gives it a weight that differs from those of the
 * round and of the run before.
 * With `get` and 0 services it gets the path that follows.
 * Prints: sent ok failed p50 p90 p99 max (microseconds); the first failed answer on stderr.
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

#include "tool.h"

enum { CONNECTIONS = 64, SLOWEST = 20000000, STEP_US = 10, ANSWER = 64 << 20 };

static struct connection {
	int     fd;
	int64_t due;	/* of the request under way; 0: none */
	char   *answer;
	size_t  len, room;
} conns[CONNECTIONS];

static unsigned histogram[SLOWEST / STEP_US + 1];
static long sent, ok, failed, slowest;
static unsigned services, backends;
static bool patch;
static const char *whole = "/_v1/stats";
static long first_weight;	/* by the clock */

static int dial(const char *address)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (*address != '/') {
		fd = connect_to(address);
		no_delay(fd);
		return fd;
	}
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", address);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun))) {
		perror(address);
		exit(1);
	}
	return fd;
}

static void request(struct connection *c, int64_t due)
{
	char text[512], body[64] = "", path[128];
	long round = services != 0 ? sent / (long)(services * backends) : 0;

	if (services == 0)
		snprintf(path, sizeof(path), "%s", whole);
	else
		snprintf(path, sizeof(path), "/_v1/services/s%ld/backends/b%ld", sent % services,
			 sent / services % backends);
	if (patch)
		snprintf(body, sizeof(body), "{\"weight\": %ld}",
			 2 + (first_weight + round) % 200);
	snprintf(text, sizeof(text),
		 "%s %s HTTP/1.1\r\nHost: localhost\r\n"
		 "Content-Type: application/merge-patch+json\r\nContent-Length: %zu\r\n\r\n%s",
		 patch ? "PATCH" : "GET", path, strlen(body), body);
	if (!patch)
		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
	c->due = due;
	c->len = 0;
	sent++;
	if (write(c->fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		perror("write");
		exit(1);
	}
}

/* Whether all of the answer is there: by its length, or its last chunk. */
static bool is_whole(const struct connection *c)
{
	const char *end = strstr(c->answer, "\r\n\r\n"), *length;

	if (end == NULL)
		return false;
	length = strcasestr(c->answer, "\nContent-Length:");
	if (length != NULL && length < end)
		return c->len >= (size_t)(end + 4 - c->answer) + strtoul(length + 16, NULL, 10);
	return c->len >= 5 && strcmp(c->answer + c->len - 5, "0\r\n\r\n") == 0;
}

static void finish(struct connection *c)
{
	long us = (long)((now_ns() - c->due) / 1000);

	c->due = 0;
	if (strncmp(c->answer, "HTTP/1.1 200", 12) == 0)
		ok++;
	else if (failed++ == 0)
		fprintf(stderr, "%.600s\n", c->answer);
	histogram[(us < SLOWEST ? us : SLOWEST) / STEP_US]++;
	if (us > slowest)
		slowest = us;
}

static void receive(struct connection *c)
{
	ssize_t n;

	if (c->room - c->len < 65537) {
		c->room = c->room != 0 ? 2 * c->room : 1 << 18;
		c->answer = c->room <= ANSWER ? realloc(c->answer, c->room) : NULL;
		if (c->answer == NULL)
			exit(1);
	}
	n = read(c->fd, c->answer + c->len, c->room - c->len - 1);
	if (n <= 0) {
		fputs("the connection was closed\n", stderr);
		exit(1);
	}
	c->len += (size_t)n;
	c->answer[c->len] = '\0';
	if (is_whole(c))
		finish(c);
}

/* In turns: heddle closes connections that are idle for ten seconds. */
static struct connection *find_idle(unsigned count)
{
	static unsigned last;

	for (unsigned i = 1; i <= count; i++) {
		if (conns[(last + i) % count].due == 0) {
			last = (last + i) % count;
			return &conns[last];
		}
	}
	return NULL;
}

/* Stops to send at the end, and waits for what is under way for ten seconds. */
static void run(int epoll, unsigned count, double rate, double seconds)
{
	struct epoll_event events[CONNECTIONS];
	int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9), step, due = start;

	step = (int64_t)(1e9 / rate);
	while (now_ns() < end + 10 * SECOND) {
		int64_t now = now_ns(), pause;
		struct connection *c;

		while (due <= now && due < end && (c = find_idle(count)) != NULL) {
			request(c, due);
			due += step;
		}
		if (due >= end && ok + failed == sent)
			return;
		pause = due < end && sent - ok - failed < count ? due - now_ns() : SECOND / 10;
		pause = pause < 0 ? 0 : pause;
		struct timespec wait = { pause / SECOND, pause % SECOND };
		int n = epoll_pwait2(epoll, events, CONNECTIONS, &wait, NULL);
		for (int i = 0; i < n; i++)
			receive(events[i].data.ptr);
	}
}

static void report(void)
{
	static const double quantiles[] = { .5, .9, .99 };
	long below = 0, all = ok + failed;
	unsigned q = 0;

	printf("%ld %ld %ld", sent, ok, failed + (sent - all));
	for (long at = 0; at <= SLOWEST / STEP_US; at++) {
		below += histogram[at];
		for (; all && q < 3 && (double)below >= quantiles[q] * (double)all; q++)
			printf(" %ld", (at + 1) * STEP_US);
	}
	for (; q < 3; q++)
		printf(" -1");
	printf(" %ld\n", slowest);
}

int main(int argc, char **argv)
{
	if (argc < 8 || atoi(argv[2]) > CONNECTIONS) {
		fputs("usage: api ADDRESS CONNECTIONS RATE SECONDS get|patch SERVICES BACKENDS"
		      " [PATH]\n",
		      stderr);
		return 2;
	}
	unsigned count = (unsigned)atoi(argv[2]);
	int epoll = epoll_create1(0);

	signal(SIGPIPE, SIG_IGN);
	first_weight = (long)time(NULL);
	patch = strcmp(argv[5], "patch") == 0;
	services = (unsigned)atoi(argv[6]);
	backends = (unsigned)atoi(argv[7]);
	whole = argc > 8 ? argv[8] : whole;
	for (unsigned i = 0; i < count; i++) {
		conns[i].fd = dial(argv[1]);
		watch(epoll, conns[i].fd, EPOLLIN, &conns[i]);
	}
	run(epoll, count, atof(argv[3]), atof(argv[4]));
	report();
	return 0;
}
