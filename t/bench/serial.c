/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One client at a time, a connection for each request: serial PORT DELAY_US
 * SECONDS. The client sends DELAY_US microseconds after it is connected and
 * closes when the answer has ended. Prints: connections a second, p50 and p99
 * of the time from sending to the first byte of the answer (microseconds).
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "tool.h"

enum { SLOWEST = 100000 };

static unsigned histogram[SLOWEST + 1];	/* by microsecond */

static void sleep_us(long us)
{
	struct timespec pause = { us / 1000000, us % 1000000 * 1000 };

	if (us > 0)
		nanosleep(&pause, NULL);
}

/* Ends the program when the answer does not come: a figure without it would be wrong. */
static void ask(const char *port, long delay)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	int fd = connect_to(port);
	char answer[4096];
	int64_t start, us;

	sleep_us(delay);
	start = now_ns();
	if (write(fd, request, sizeof(request) - 1) < 0 || read(fd, answer, sizeof(answer)) <= 0) {
		perror("serial: no answer");
		exit(1);
	}
	us = (now_ns() - start) / 1000;
	histogram[us > SLOWEST ? SLOWEST : us]++;
	while (read(fd, answer, sizeof(answer)) > 0)
		;
	close(fd);
}

static long quantile(double q, long count)
{
	long below = 0;

	for (long us = 0; us <= SLOWEST; us++) {
		below += histogram[us];
		if ((double)below >= q * (double)count)
			return us;
	}
	return SLOWEST;
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("usage: serial PORT DELAY_US SECONDS\n", stderr);
		return 2;
	}
	long delay = atol(argv[2]), count = 0;
	int64_t start = now_ns(), end = start + (int64_t)(atof(argv[3]) * 1e9);

	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGPIPE, SIG_IGN);
	for (; now_ns() < end; count++)
		ask(argv[1], delay);
	printf("%.0f %ld %ld\n", (double)count * 1e9 / (double)(now_ns() - start),
	       quantile(.50, count), quantile(.99, count));
	return 0;
}
