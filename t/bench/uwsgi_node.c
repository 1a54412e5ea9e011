/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cheapest instance that speaks uwsgi, one thread: uwsgi_node PORT PATH. Listens on the port
 * and on a unix socket, reads one request with the body that its CONTENT_LENGTH says, answers
 * with a tiny 200 and closes.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "tool.h"

enum { HEADER = 4, HEAD = 1024, DESCRIPTORS = 32768 };

struct request {
	uint32_t kept;		/* bytes in head */
	uint64_t have, need;	/* bytes; need: 0 until the block has come */
	char     head[HEAD];	/* header and block of a request */
};

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
static char buffer[1 << 18];
static struct request *requests;	/* by descriptor */
static int epoll;

static size_t number(const char *p)
{
	return (unsigned char)p[0] | (size_t)(unsigned char)p[1] << 8;
}

static uint64_t content_length(const char *block, size_t size)
{
	static const char name[] = "CONTENT_LENGTH";
	const char *p = block, *end = block + size;

	while (end - p > 4) {
		size_t key = number(p), value = number(p + 2 + key);
		const char *text = p + 4 + key;

		if (key == sizeof(name) - 1 && memcmp(p + 2, name, key) == 0) {
			uint64_t n = 0;

			for (size_t i = 0; i < value; i++)
				n = n * 10 + (uint64_t)(text[i] - '0');
			return n;
		}
		p = text + value;
	}
	return 0;
}

static void keep(struct request *r, size_t got)
{
	size_t room = HEAD - r->kept, block;

	if (got > room)
		got = room;
	memcpy(r->head + r->kept, buffer, got);
	r->kept += (uint32_t)got;
	if (r->kept < HEADER)
		return;
	block = number(r->head + 1);
	if (r->kept >= HEADER + block)
		r->need = HEADER + block + content_length(r->head + HEADER, block);
}

static void on_ready(int fd)
{
	struct request *r = &requests[fd];
	ssize_t got = read(fd, buffer, sizeof(buffer));

	if (got < 0 && errno == EAGAIN)
		return;
	if (got > 0) {
		r->have += (uint64_t)got;
		if (!r->need)
			keep(r, (size_t)got);
		if (!r->need || r->have < r->need)
			return;
		got = write(fd, answer, sizeof(answer) - 1);
	}
	close(fd);
}

static void accept_some(int listener)
{
	for (int i = 0; i < 64; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);

		if (fd < 0)
			return;
		if (fd >= DESCRIPTORS) {
			close(fd);
			continue;
		}
		memset(&requests[fd], 0, offsetof(struct request, head));
		watch_fd(epoll, fd, EPOLLIN);
	}
}

static int listen_path(const char *path)
{
	union address a;
	socklen_t size = address_of(&a, path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	unlink(path);
	if (bind(fd, &a.any, size) || chmod(path, 0666) || listen(fd, 4096)) {
		perror(path);
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct epoll_event events[512];

	if (argc != 3) {
		fputs("usage: uwsgi_node PORT PATH\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	requests = calloc(DESCRIPTORS, sizeof(*requests));
	epoll = epoll_create1(0);
	int listeners[] = { listen_on(argv[1]), listen_path(argv[2]) };
	watch_fd(epoll, listeners[0], EPOLLIN);
	watch_fd(epoll, listeners[1], EPOLLIN);
	for (;;) {
		int n = epoll_wait(epoll, events, 512, -1);

		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;

			if (fd == listeners[0] || fd == listeners[1])
				accept_some(fd);
			else
				on_ready(fd);
		}
	}
}
