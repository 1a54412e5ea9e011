/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cheapest backend there is, one thread: backend http|sink|src PORT.
 * http answers each request with a tiny 200 and closes after one that says
 * "close"; sink throws everything away; src sends zeros until the peer goes.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

static const char keep[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
static const char last[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
static char buffer[1 << 18];

static void done(int fd, ssize_t got)
{
	if (got == 0 || (got < 0 && errno != EAGAIN))
		close(fd);
}

static void on_http(int fd, uint32_t events)
{
	ssize_t len = read(fd, buffer, sizeof(buffer));
	const char *end = buffer + len;

	(void)events;
	if (len <= 0) {
		done(fd, len);
		return;
	}
	if (memmem(buffer, (size_t)len, "close", 5)) {
		len = write(fd, last, sizeof(last) - 1);
		close(fd);
		return;
	}
	for (const char *p = buffer; (p = memmem(p, (size_t)(end - p), "\r\n\r\n", 4)); p += 4)
		if (write(fd, keep, sizeof(keep) - 1) < 0)
			return;
}

static void on_sink(int fd, uint32_t events)
{
	(void)events;
	done(fd, recv(fd, buffer, 1 << 20, MSG_TRUNC));	/* MSG_TRUNC: nothing is copied */
}

static void on_src(int fd, uint32_t events)
{
	if (events & (EPOLLHUP | EPOLLERR))
		close(fd);
	else
		done(fd, write(fd, buffer, 1 << 17));
}

static const struct mode {
	const char *name;
	uint32_t    want;
	void      (*on_ready)(int fd, uint32_t events);
} modes[] = {
	{ "http", EPOLLIN, on_http },
	{ "sink", EPOLLIN, on_sink },
	{ "src", EPOLLOUT, on_src },
};

static void accept_some(int listener, int epoll, uint32_t want)
{
	for (int i = 0; i < 64; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);

		if (fd < 0)
			return;
		watch_fd(epoll, fd, want);
	}
}

static void serve(const struct mode *mode, int listener)
{
	struct epoll_event events[512];
	int epoll = epoll_create1(0);

	watch_fd(epoll, listener, EPOLLIN);
	for (;;) {
		int n = epoll_wait(epoll, events, 512, -1);

		for (int i = 0; i < n; i++)
			if (events[i].data.fd == listener)
				accept_some(listener, epoll, mode->want);
			else
				mode->on_ready(events[i].data.fd, events[i].events);
	}
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	for (size_t i = 0; argc == 3 && i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(modes[i].name, argv[1]) == 0)
			serve(&modes[i], listen_on(argv[2]));
	fputs("usage: backend http|sink|src [*:]PORT\n", stderr);
	return 2;
}
