/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who hears of the instances that announce.c announces: heard ADDRESS PORT KEYS SECONDS receives
 * until all KEYS were heard of, or for SECONDS; it prints "ready" when it listens. Then: instances
 * heard of, datagrams, and seconds from the first datagram to the last new instance.
 */
#include <ctype.h>
#include <string.h>

#include "tool.h"

enum { BATCH = 64, SIZE = 512, BUFFER = 64 << 20 };

static char bytes[BATCH][SIZE];
static struct iovec iov[BATCH];
static struct mmsghdr batch[BATCH];

/* The number in "...keyNNNNNNN.example.com"; -1 without one. */
static long instance(const char *data, size_t size)
{
	const char *at = size > 20 ? memmem(data, size - 8, "\3\0key", 5) : NULL;

	at = at != NULL ? at + 7 : NULL;
	if (at == NULL || at + 10 > data + size || memcmp(at, "key", 3) != 0)
		return -1;
	long n = 0;
	for (int i = 3; i < 10; i++) {
		if (!isdigit((unsigned char)at[i]))
			return -1;
		n = n * 10 + (at[i] - '0');
	}
	return n;
}

static int open_receiver(const char *address, const char *port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct timeval limit = { .tv_usec = 100000 };

	inet_pton(AF_INET, address, &a.sin_addr);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){ BUFFER }, sizeof(int)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){ BUFFER }, sizeof(int));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror("bind");
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	long keys = argc == 5 ? atol(argv[3]) : 0, known = 0, datagrams = 0;

	if (keys < 1) {
		fprintf(stderr, "usage: heard ADDRESS PORT KEYS SECONDS\n");
		return 2;
	}
	int fd = open_receiver(argv[1], argv[2]);
	char *seen = calloc((size_t)keys, 1);
	int64_t first = 0, last = 0, end = now_ns() + (int64_t)(atof(argv[4]) * SECOND);

	printf("ready\n");
	fflush(stdout);
	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ bytes[i], SIZE };
		batch[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	}
	while (seen != NULL && known < keys && now_ns() < end) {
		int count = recvmmsg(fd, batch, BATCH, MSG_WAITFORONE, NULL);

		for (int i = 0; i < count; i++) {
			long n = instance(bytes[i], batch[i].msg_len);

			last = datagrams++ == 0 ? first = now_ns() : last;
			if (n < 0 || n >= keys || seen[n])
				continue;
			seen[n] = 1;
			known++;
			last = now_ns();
		}
	}
	printf("%ld %ld %.3f\n", known, datagrams, (double)(last - first) / SECOND);
	free(seen);
	return 0;
}
