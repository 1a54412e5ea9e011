/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receivers of a fan-out: udprecv COUNT PORT listens on 127.0.1.1 to 127.0.1.COUNT, and on TERM
 * prints: datagrams received by all, least and most of one receiver, bytes, datagrams that came
 * twice or behind a later one, datagrams whose bytes are not those that udpsend has sent.
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

enum { RECEIVERS = 254, BATCH = 64, BUFFER = 32 << 20 };

struct receiver {
	int      fd;
	uint64_t count;
	int64_t  last;	/* number of the last datagram */
};

static struct receiver receivers[RECEIVERS];
static char bytes[BATCH][65536];
static struct iovec iov[BATCH];
static struct mmsghdr batch[BATCH];
static uint64_t total_bytes, disordered, altered;
static volatile sig_atomic_t stopped;

static void on_term(int number)
{
	(void)number;
	stopped = 1;
}

static void open_receiver(struct receiver *r, const char *port, uint32_t i)
{
	struct sockaddr_in a = loopback(port);

	a.sin_addr.s_addr = htonl(0x7f000101 + i);
	r->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	r->last = -1;
	if (setsockopt(r->fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){ BUFFER }, sizeof(int)) != 0)
		setsockopt(r->fd, SOL_SOCKET, SO_RCVBUF, &(int){ BUFFER }, sizeof(int));
	if (bind(r->fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		perror("bind");
		exit(1);
	}
}

/* Only the first and the last byte behind the number: to look at all would cost the other core. */
static void take(struct receiver *r, const char *data, size_t size)
{
	int64_t number = -1;

	if (size >= sizeof(number))
		memcpy(&number, data, sizeof(number));
	if (number <= r->last)
		disordered++;
	if (size < sizeof(number) || (size > sizeof(number)
	    && (data[sizeof(number)] != 'x' || data[size - 1] != 'x')))
		altered++;
	r->last = number;
	r->count++;
	total_bytes += size;
}

static void receive(struct receiver *r)
{
	int n = recvmmsg(r->fd, batch, BATCH, 0, NULL);

	for (int i = 0; i < n; i++)
		take(r, bytes[i], batch[i].msg_len);
}

static void print(int count)
{
	uint64_t total = 0, least = UINT64_MAX, most = 0;

	for (int i = 0; i < count; i++) {
		uint64_t n = receivers[i].count;

		total += n;
		least = n < least ? n : least;
		most = n > most ? n : most;
	}
	printf("%llu %llu %llu %llu %llu %llu\n", (unsigned long long)total,
	       (unsigned long long)least, (unsigned long long)most,
	       (unsigned long long)total_bytes, (unsigned long long)disordered,
	       (unsigned long long)altered);
}

int main(int argc, char **argv)
{
	int count = argc == 3 ? atoi(argv[1]) : 0;
	int epoll = epoll_create1(0);
	struct sigaction action = { .sa_handler = on_term };

	if (count < 1 || count > RECEIVERS) {
		fprintf(stderr, "usage: udprecv COUNT PORT\n");
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){ bytes[i], sizeof(bytes[i]) };
		batch[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	}
	for (int i = 0; i < count; i++) {
		open_receiver(&receivers[i], argv[2], (uint32_t)i);
		watch(epoll, receivers[i].fd, EPOLLIN, &receivers[i]);
	}
	printf("ready\n");
	fflush(stdout);
	while (!stopped) {
		struct epoll_event events[BATCH];
		int n = epoll_wait(epoll, events, BATCH, 500);

		for (int i = 0; i < n; i++)
			receive(events[i].data.ptr);
	}
	print(count);
	return 0;
}
