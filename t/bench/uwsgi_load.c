/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests as nginx sends them to uwsgi, one for each connection:
 * uwsgi_load packet|http PORT|PATH CONNECTIONS SECONDS HOST BODY RATE. BODY: bytes behind each
 * request; RATE: requests a second, measured from when one was due, or 0: the next one when the
 * last one is over. http sends the same to a web server. Prints: done errors p50 p99
 * (microseconds) seconds, these until the last answer.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "tool.h"

enum { SLOWEST = 4000000, CONNECTIONS = 4096 };

struct slot {
	int      fd;		/* -1: none */
	int64_t  start;		/* ns; when the request was due */
	uint64_t sent;		/* bytes of head and body */
	bool     answered;
	struct slot *next;	/* idle */
};

static union address target;
static socklen_t target_size;
static char head[4096], zeros[1 << 18];
static size_t head_size;
static uint64_t body;
static int epoll;
static unsigned histogram[SLOWEST + 1];	/* by microsecond */
static long done, errors, counted, busy;
static int64_t counted_from, last_end;
static struct slot *idle;

static void put_pair(const char *name, const char *value)
{
	for (int i = 0; i < 2; i++) {
		const char *text = i ? value : name;
		size_t size = strlen(text);

		head[head_size++] = (char)size;
		head[head_size++] = (char)(size >> 8);
		memcpy(head + head_size, text, size);
		head_size += size;
	}
}

/* What nginx 1.22.1 sends with Debian's uwsgi_params. */
static void make_packet(const char *host, const char *length)
{
	const char *pairs[][2] = {
		{ "QUERY_STRING", "a=1&b=2" }, { "REQUEST_METHOD", *length ? "POST" : "GET" },
		{ "CONTENT_TYPE", "" }, { "CONTENT_LENGTH", length },
		{ "REQUEST_URI", "/some/path?a=1&b=2" }, { "PATH_INFO", "/some/path" },
		{ "DOCUMENT_ROOT", "/usr/share/nginx/html" }, { "SERVER_PROTOCOL", "HTTP/1.1" },
		{ "REQUEST_SCHEME", "http" }, { "REMOTE_ADDR", "127.0.0.1" },
		{ "REMOTE_PORT", "54321" }, { "SERVER_PORT", "80" },
		{ "SERVER_NAME", "localhost" }, { "HTTP_HOST", host },
		{ "HTTP_USER_AGENT", "Mozilla/5.0 (X11; Linux x86_64)" }, { "HTTP_ACCEPT", "*/*" },
	};

	head_size = 4;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		put_pair(pairs[i][0], pairs[i][1]);
	head[1] = (char)(head_size - 4);
	head[2] = (char)((head_size - 4) >> 8);
}

static void make_head(const char *mode, const char *host)
{
	char length[32] = "";

	if (body)
		snprintf(length, sizeof(length), "%lu", (unsigned long)body);
	if (strcmp(mode, "packet") == 0)
		make_packet(host, length);
	else
		head_size = (size_t)snprintf(head, sizeof(head),
			"POST /some/path?a=1&b=2 HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n"
			"Content-Length: %lu\r\n\r\n", host, (unsigned long)body);
}

static void end_slot(struct slot *s, bool good)
{
	int64_t us = ((last_end = now_ns()) - s->start) / 1000;

	if (!good) {
		errors++;
	} else {
		done++;
		if (s->start >= counted_from) {
			counted++;
			histogram[us > SLOWEST ? SLOWEST : us]++;
		}
	}
	close(s->fd);
	s->fd = -1;
	s->next = idle;
	idle = s;
	busy--;
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == ENOTCONN;
}

/* false: the slot has ended. */
static bool send_some(struct slot *s)
{
	while (s->sent < head_size + body) {
		uint64_t left = head_size + body - s->sent;
		const char *from = zeros;

		if (s->sent < head_size) {
			from = head + s->sent;
			left = head_size - s->sent;
		} else if (left > sizeof(zeros)) {
			left = sizeof(zeros);
		}
		ssize_t n = write(s->fd, from, left);
		if (n < 0 && would_block())
			return true;
		if (n < 0) {
			end_slot(s, false);
			return false;
		}
		s->sent += (uint64_t)n;
	}
	return true;
}

static void receive_some(struct slot *s)
{
	char answer[4096];

	for (;;) {
		ssize_t n = read(s->fd, answer, sizeof(answer));

		if (n > 0) {
			if (!s->answered && (n < 12 || memcmp(answer + 9, "200", 3) != 0)) {
				end_slot(s, false);
				return;
			}
			s->answered = true;
			if (n == sizeof(answer))
				continue;
			return;	/* edge-triggered: the end comes as an event of its own */
		}
		if (n < 0 && would_block())
			return;
		end_slot(s, n == 0 && s->answered);
		return;
	}
}

static void begin(int64_t due)
{
	struct slot *s = idle;

	idle = s->next;
	busy++;
	*s = (struct slot){ .fd = socket(target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0),
		.start = due };
	if (connect(s->fd, &target.any, target_size) != 0 && errno != EINPROGRESS) {
		end_slot(s, false);
		usleep(100);
		return;
	}
	if (send_some(s))
		watch(epoll, s->fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, s);
}

static void on_event(struct slot *s, uint32_t events)
{
	if (s->fd < 0)
		return;
	if (events & EPOLLOUT && s->sent < head_size + body && !send_some(s))
		return;
	if (events & EPOLLIN)
		receive_some(s);
	if (s->fd >= 0 && events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		receive_some(s);
}

static void run(double seconds, double rate)
{
	struct epoll_event events[256];
	int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9), due = start;
	int64_t step = rate > 0 ? (int64_t)(1e9 / rate) : 0;

	counted_from = rate > 0 ? start + SECOND / 2 : start;
	for (int64_t t = start; t < end || (busy && t < end + 20 * SECOND); t = now_ns()) {
		for (; idle && t < end && (!step || (due <= t && due < end)); due += step)
			begin(step ? due : now_ns());
		int64_t ns = step && idle && t < end ? due - now_ns() : SECOND / 10;
		if (ns < 0)
			ns = 0;
		struct timespec pause = { ns / SECOND, ns % SECOND };
		int n = epoll_pwait2(epoll, events, 256, &pause, NULL);
		for (int i = 0; i < n; i++)
			on_event(events[i].data.ptr, events[i].events);
	}
	errors += busy;
	last_end = last_end ? last_end - start : 1;
}

static void report(void)
{
	static const double quantiles[] = { .5, .99 };
	long below = 0;
	unsigned q = 0;

	printf("%ld %ld", done, errors);
	for (long us = 0; us <= SLOWEST; us++) {
		below += histogram[us];
		for (; counted && q < 2 && (double)below >= quantiles[q] * (double)counted; q++)
			printf(" %ld", us);
	}
	for (; q < 2; q++)
		printf(" -1");
	printf(" %.4f\n", (double)last_end / 1e9);
}

int main(int argc, char **argv)
{
	static struct slot slots[CONNECTIONS];

	if (argc != 8 || atoi(argv[3]) > CONNECTIONS) {
		fputs("usage: uwsgi_load packet|http PORT|PATH CONNECTIONS SECONDS HOST BODY "
		      "RATE\n", stderr);
		return 2;
	}
	body = strtoull(argv[6], NULL, 10);
	make_head(argv[1], argv[5]);
	target_size = address_of(&target, argv[2]);
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	epoll = epoll_create1(0);
	for (int i = 0; i < atoi(argv[3]); i++) {
		slots[i].fd = -1;
		slots[i].next = idle;
		idle = &slots[i];
	}
	run(atof(argv[4]), atof(argv[7]));
	report();
	return 0;
}
