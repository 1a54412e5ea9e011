/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holds connections: idle PORT COUNT. One request on each, so that the
 * proxy's other leg exists, then "ready N". For every line on standard input
 * it asks again on each and prints "alive N"; at its end it closes them all.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/time.h>

#include "tool.h"

static bool ask(int fd)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	char answer[4096];
	ssize_t n;

	if (write(fd, request, sizeof(request) - 1) <= 0)
		return false;
	do	/* a process that was stopped finds its call interrupted */
		n = read(fd, answer, sizeof(answer));
	while (n == -1 && errno == EINTR);
	return n > 0;
}

static int ask_all(const int *fds, int count)
{
	int alive = 0;

	for (int i = 0; i < count; i++)
		alive += ask(fds[i]);
	return alive;
}

static void say(const char *word, int count)
{
	printf("%s %d\n", word, count);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: idle PORT COUNT\n", stderr);
		return 2;
	}
	const struct timeval patience = { .tv_sec = 10 };
	int count = atoi(argv[2]);
	int *fds = calloc((size_t)count, sizeof(*fds));
	char line[64];

	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	for (int i = 0; i < count; i++) {
		fds[i] = connect_to(argv[1]);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
		if (!ask(fds[i])) {
			fprintf(stderr, "idle: connection %d of %d got no answer\n", i + 1, count);
			return 1;
		}
	}
	say("ready", count);
	while (fgets(line, sizeof(line), stdin))
		say("alive", ask_all(fds, count));
	free(fds);
	return 0;
}
