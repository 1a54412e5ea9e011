/* SPDX-License-Identifier: BSD-2-Clause */
/* What the load generators and floors share: loopback sockets, the clock, epoll in a line. */
#ifndef BENCH_TOOL_H
#define BENCH_TOOL_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

static inline int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static inline struct sockaddr_in loopback(const char *port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

union address {
	struct sockaddr     any;
	struct sockaddr_in  in;
	struct sockaddr_un  un;
};

/* A port of loopback or the path of a unix socket; how long it is. */
static inline socklen_t address_of(union address *a, const char *text)
{
	if (text[0] != '/') {
		a->in = loopback(text);
		return sizeof(a->in);
	}
	a->un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	strncpy(a->un.sun_path, text, sizeof(a->un.sun_path) - 1);
	return sizeof(a->un);
}

static inline void no_delay(int fd)
{
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
}

/*
 * Accepted connections inherit TCP_NODELAY. "*:PORT" is on all addresses. Ends the program on
 * failure.
 */
static inline int listen_on(const char *port)
{
	bool all = port[0] == '*';
	struct sockaddr_in a = loopback(all ? port + 2 : port);

	if (all)
		a.sin_addr.s_addr = htonl(INADDR_ANY);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	no_delay(fd);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 4096)) {
		perror("listen");
		exit(1);
	}
	return fd;
}

/* A blocking connection. Ends the program on failure. */
static inline int connect_to(const char *port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		perror("connect");
		exit(1);
	}
	return fd;
}

static inline void watch(int epoll, int fd, uint32_t events, void *owner)
{
	struct epoll_event e = { .events = events, .data.ptr = owner };

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static inline void watch_fd(int epoll, int fd, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

/* Thousands of connections need more than the usual soft limit. */
static inline void raise_descriptors(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

#endif
