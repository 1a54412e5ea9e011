/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends datagrams at a given rate: udpsend ADDRESS PORT RATE SMALLEST LARGEST SECONDS [BATCH].
 * Each begins with its number (8 bytes). Sizes between SMALLEST and LARGEST follow each other
 * in a fixed order that looks random. At most BATCH (32) are due at once, as after a late wakeup.
 * Prints how many were sent, and in how many seconds.
 */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "tool.h"

enum { BATCH = 64, SIZES = 4096 };

static char bytes[BATCH][65536];
static struct iovec iov[BATCH];
static struct mmsghdr batch[BATCH];
static size_t sizes[SIZES];
static int64_t interval_ns;	/* from one datagram to the next, times 1,000 */

static void prepare(size_t smallest, size_t largest)
{
	uint32_t x = 1;

	for (int i = 0; i < SIZES; i++) {
		x = x * 1664525 + 1013904223;
		sizes[i] = smallest + (x >> 8) % (largest - smallest + 1);
	}
	for (int i = 0; i < BATCH; i++) {
		memset(bytes[i], 'x', sizeof(bytes[i]));
		iov[i].iov_base = bytes[i];
		batch[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	}
}

static int64_t send_batch(int fd, int64_t first, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		int64_t number = first + i;

		memcpy(bytes[i], &number, sizeof(number));
		iov[i].iov_len = sizes[number % SIZES];
	}
	int sent = sendmmsg(fd, batch, (unsigned)count, 0);

	return sent > 0 ? sent : 0;
}

static void wait_until(int64_t at)
{
	struct timespec t = { .tv_sec = at / SECOND, .tv_nsec = at % SECOND };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
		;
}

/* One that is due late is sent at once with those behind it, up to `most`. */
static int64_t send_all(int fd, int64_t total, int64_t most, int64_t start)
{
	int64_t sent = 0;

	while (sent < total) {
		int64_t now = now_ns();
		int64_t due = (now - start) * 1000 / interval_ns - sent;

		if (due > total - sent)
			due = total - sent;
		if (due < 1) {
			wait_until(start + (sent + 1) * interval_ns / 1000 + 1);
			continue;
		}
		if (now - start > total * interval_ns / 1000 + 2 * SECOND)
			break;
		sent += send_batch(fd, sent, due > most ? most : due);
	}
	return sent;
}

static int connected(const char *address, const char *port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, address, &a.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){ 4 << 20 }, sizeof(int));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror("connect");
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	if (argc < 7) {
		fprintf(stderr,
			"usage: udpsend ADDRESS PORT RATE SMALLEST LARGEST SECONDS [BATCH]\n");
		return 2;
	}
	int fd = connected(argv[1], argv[2]);
	double rate = atof(argv[3]);
	size_t smallest = (size_t)atoi(argv[4]), largest = (size_t)atoi(argv[5]);
	int64_t total = (int64_t)(rate * atof(argv[6]));
	int64_t most = argc > 7 ? atoi(argv[7]) : 32;

	if (smallest < 8 || largest < smallest || largest > 65507 || rate < 1 || most < 1) {
		fprintf(stderr, "udpsend: sizes are from 8 to 65507, rate and batch above 0\n");
		return 2;
	}
	interval_ns = (int64_t)(1000.0 * SECOND / rate);
	prepare(smallest, largest);
	prctl(PR_SET_TIMERSLACK, 1);
	int64_t start = now_ns();
	int64_t sent = send_all(fd, total, most < BATCH ? most : BATCH, start);

	printf("%lld %.3f\n", (long long)sent, (double)(now_ns() - start) / SECOND);
	return 0;
}
