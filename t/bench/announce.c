/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Announcements of uWSGI instances: announce ADDRESS PORT RATE KEYS SECONDS sends those of KEYS
 * instances in turn, each with a key and an address of its own; SECONDS 0: each of them once.
 * Prints how many were sent, and in how many seconds.
 */
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "tool.h"

enum { BATCH = 32, SIZE = 256, MODIFIER = 224, HEADER = 4 };

static char bytes[BATCH][SIZE];
static struct iovec iov[BATCH];
static struct mmsghdr batch[BATCH];

static size_t put(char *out, const char *text, size_t len)
{
	out[0] = (char)(len & 255);
	out[1] = (char)(len >> 8);
	memcpy(out + 2, text, len);
	return len + 2;
}

static size_t put_pair(char *out, const char *key, const char *value)
{
	size_t len = put(out, key, strlen(key));

	return len + put(out + len, value, strlen(value));
}

/* The packet of uwsgi: modifier, length of what follows, 0 (subscribe); pairs of texts. */
static size_t announcement(char *out, long n)
{
	char key[64], address[64];
	size_t len = HEADER;

	snprintf(key, sizeof(key), "key%07ld.example.com", n);
	snprintf(address, sizeof(address), "10.%ld.%ld.%ld:3031", n >> 16 & 255, n >> 8 & 255,
		 n & 255);
	len += put_pair(out + len, "key", key);
	len += put_pair(out + len, "address", address);
	len += put_pair(out + len, "modifier1", "0");
	len += put_pair(out + len, "cores", "1");
	len += put_pair(out + len, "load", "0");
	len += put_pair(out + len, "weight", "1");
	out[0] = (char)MODIFIER;
	out[1] = (char)((len - HEADER) & 255);
	out[2] = (char)((len - HEADER) >> 8);
	out[3] = 0;
	return len;
}

static long send_batch(int fd, long first, long count, long keys)
{
	for (long i = 0; i < count; i++) {
		iov[i] = (struct iovec){ bytes[i], announcement(bytes[i], (first + i) % keys) };
		batch[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	}
	int sent = sendmmsg(fd, batch, (unsigned)count, 0);

	return sent > 0 ? sent : 0;
}

static void pause_ns(int64_t ns)
{
	struct timespec t = { .tv_sec = ns / SECOND, .tv_nsec = ns % SECOND };

	nanosleep(&t, NULL);
}

static long send_all(int fd, double rate, long keys, long total)
{
	int64_t start = now_ns();
	long sent = 0;

	while (sent < total) {
		long due = (long)((double)(now_ns() - start) / SECOND * rate) - sent;

		if (due > total - sent)
			due = total - sent;
		if (due < 1) {
			pause_ns(50000);
			continue;
		}
		sent += send_batch(fd, sent, due < BATCH ? due : BATCH, keys);
	}
	return sent;
}

int main(int argc, char **argv)
{
	if (argc != 6 || atof(argv[3]) < 1 || atol(argv[4]) < 1) {
		fprintf(stderr, "usage: announce ADDRESS PORT RATE KEYS SECONDS\n");
		return 2;
	}
	struct sockaddr_in a = loopback(argv[2]);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	double rate = atof(argv[3]), seconds = atof(argv[5]);
	long keys = atol(argv[4]);

	inet_pton(AF_INET, argv[1], &a.sin_addr);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror("connect");
		return 1;
	}
	prctl(PR_SET_TIMERSLACK, 1);
	int64_t start = now_ns();
	long sent = send_all(fd, rate, keys, seconds > 0 ? (long)(rate * seconds) : keys);

	printf("%ld %.3f\n", sent, (double)(now_ns() - start) / SECOND);
	return 0;
}
