/* SPDX-License-Identifier: BSD-2-Clause */
/* As much as goes through: bulk up|down PORT STREAMS SECONDS. Prints bytes, seconds, GB/s. */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

/* Nothing is ever written to it: MSG_TRUNC throws away; sanitizers want the room all the same. */
static char buffer[1 << 20];

/* Bytes moved; 0: try later; -1: the stream has ended. */
static ssize_t move(int fd, bool up)
{
	ssize_t n = up ? send(fd, buffer, 1 << 17, MSG_DONTWAIT) :
			 recv(fd, buffer, 1 << 20, MSG_TRUNC | MSG_DONTWAIT);

	if (n > 0)
		return n;
	return n < 0 && errno == EAGAIN ? 0 : -1;
}

static int64_t pump(int epoll, bool up, int *live, int64_t until)
{
	struct epoll_event events[64];
	int64_t total = 0;

	while (*live && now_ns() < until) {
		int n = epoll_wait(epoll, events, 64, 100);

		for (int i = 0; i < n; i++) {
			ssize_t moved = move(events[i].data.fd, up);

			if (moved >= 0) {
				total += moved;
				continue;
			}
			close(events[i].data.fd);
			--*live;
		}
	}
	return total;
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fputs("usage: bulk up|down PORT STREAMS SECONDS\n", stderr);
		return 2;
	}
	bool up = strcmp(argv[1], "up") == 0;
	int streams = atoi(argv[3]), live = streams, epoll = epoll_create1(0);

	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < streams; i++)
		watch_fd(epoll, connect_to(argv[2]), up ? EPOLLOUT : EPOLLIN);
	int64_t start = now_ns();
	int64_t total = pump(epoll, up, &live, start + (int64_t)(atof(argv[4]) * 1e9));
	double seconds = (double)(now_ns() - start) / 1e9;

	printf("%lld %.3f %.3f\n", (long long)total, seconds, (double)total / 1e9 / seconds);
	if (live != streams)
		fprintf(stderr, "bulk: %d streams ended early\n", streams - live);
	return live != streams;
}
