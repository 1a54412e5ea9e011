/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The floor: a bare TCP relay without any policy, one thread, edge-triggered.
 * relay rw|splice PORT BACKEND [PIPE_KB]; BACKEND is a port of loopback or the
 * path of a unix socket. What a proxy costs above this is what its features
 * cost. A direction that could go on for ever stops after as many moves as
 * heddle makes, so that all streams advance.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>

#include "tool.h"

enum { CHUNK = 65536, POOL = 4096, MOVES = 16 };
enum readiness { DRAINED, READABLE, ENDING };	/* ENDING: hang-up seen, read to the end */

/* One direction: bytes read from fd that the other side has not taken are in kept or in pipe. */
struct side {
	int            fd;
	bool           eof, shut;
	enum readiness ready;
	char          *kept;
	size_t         off, len;
	int            pipe[2];
	size_t         piped;
	struct pair   *pair;
	bool           queued;	/* has more to do in the next iteration */
	struct side   *next;
};

struct pair {
	struct side  side[2];
	struct pair *next;
	bool         dead;
};

static union address backend;
static socklen_t backend_size;
static char buffer[CHUNK];
static int epoll;
static bool splicing;
static size_t pipe_size = CHUNK;
static struct side *queue, **queue_end = &queue;	/* stopped after MOVES */
static struct pair *spare, *dying;	/* freed only after the batch that may still name them */
static int pool[POOL][2], pooled;

static bool take_pipe(int *p)
{
	if (!pooled) {
		if (pipe2(p, O_NONBLOCK) != 0)
			return false;
		if (pipe_size == CHUNK || fcntl(p[1], F_SETPIPE_SZ, (int)pipe_size) != -1)
			return true;
		close(p[0]);
		close(p[1]);
		return false;
	}
	memcpy(p, pool[--pooled], sizeof(pool[0]));
	return true;
}

static void give_pipe(int *p, bool empty)
{
	if (empty && pooled < POOL) {
		memcpy(pool[pooled++], p, sizeof(pool[0]));
	} else {
		close(p[0]);
		close(p[1]);
	}
	p[0] = -1;
}

static void end(struct pair *pair)
{
	if (pair->dead)
		return;
	for (int i = 0; i < 2; i++) {
		struct side *s = &pair->side[i];

		close(s->fd);
		free(s->kept);
		if (s->pipe[0] >= 0)
			give_pipe(s->pipe, s->piped == 0);
	}
	pair->dead = true;
	pair->next = dying;
	dying = pair;
}

/* Each step: 1 go on, 0 nothing more now, -1 the pair must end. */
static int flush_pipe(struct side *a, struct side *b)
{
	while (a->piped) {
		ssize_t n = splice(a->pipe[0], NULL, b->fd, NULL, a->piped,
				   SPLICE_F_NONBLOCK | SPLICE_F_MOVE);

		if (n <= 0)
			return n < 0 && errno == EAGAIN ? 0 : -1;
		a->piped -= (size_t)n;
	}
	if (a->pipe[0] >= 0 && a->ready == DRAINED)
		give_pipe(a->pipe, true);
	return 1;
}

static int flush_kept(struct side *a, struct side *b)
{
	if (!a->len)
		return 1;
	ssize_t n = write(b->fd, a->kept + a->off, a->len);
	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	a->off += (size_t)n;
	a->len -= (size_t)n;
	if (a->len)
		return 0;
	free(a->kept);
	a->kept = NULL;
	return 1;
}

static int read_failed(struct side *a)
{
	if (errno != EAGAIN)
		return -1;
	a->ready = DRAINED;
	return splicing ? 1 : 0;	/* once more, to give the pipe back */
}

static int fill_pipe(struct side *a)
{
	if (a->pipe[0] < 0 && !take_pipe(a->pipe))
		return -1;
	ssize_t n = splice(a->fd, NULL, a->pipe[1], NULL, pipe_size,
			   SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	if (n < 0)
		return read_failed(a);
	a->eof = n == 0;
	a->piped += (size_t)n;
	return 1;
}

static int copy(struct side *a, struct side *b)
{
	ssize_t n = read(a->fd, buffer, CHUNK), written;

	if (n < 0)
		return read_failed(a);
	if (n == 0) {
		a->eof = true;
		return 1;
	}
	if (n < CHUNK && a->ready != ENDING)
		a->ready = DRAINED;	/* edge-triggered: more will be told */
	written = write(b->fd, buffer, (size_t)n);
	if (written < 0 && errno != EAGAIN)
		return -1;
	if (written == n)
		return 1;
	if (written < 0)
		written = 0;
	a->len = (size_t)(n - written);
	a->off = 0;
	a->kept = malloc(a->len);
	memcpy(a->kept, buffer + written, a->len);
	return 0;
}

static void enqueue(struct side *a)
{
	if (a->queued)
		return;
	a->queued = true;
	a->next = NULL;
	*queue_end = a;
	queue_end = &a->next;
}

/*
 * Moves bytes from a to b until one of them would block or the others are due. false: the
 * pair must end.
 */
static bool pump(struct side *a, struct side *b)
{
	for (int moves = 0;; moves++) {
		int step = splicing ? flush_pipe(a, b) : flush_kept(a, b);

		if (step <= 0)
			return step == 0;
		if (a->eof && !b->shut) {
			b->shut = true;
			shutdown(b->fd, SHUT_WR);
		}
		if (a->eof || a->ready == DRAINED)
			return true;
		if (moves == MOVES) {
			enqueue(a);
			return true;
		}
		step = splicing ? fill_pipe(a) : copy(a, b);
		if (step <= 0)
			return step == 0;
	}
}

static void start(int client, int server)
{
	struct pair *pair = spare;

	if (pair)
		spare = pair->next;
	else
		pair = malloc(sizeof(*pair));
	memset(pair, 0, sizeof(*pair));
	for (int i = 0; i < 2; i++) {
		struct side *s = &pair->side[i];

		s->fd = i ? server : client;
		s->pair = pair;
		s->pipe[0] = -1;
		watch(epoll, s->fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, s);
	}
}

static int dial(void)
{
	int fd = socket(backend.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (backend.any.sa_family == AF_INET)
		no_delay(fd);
	if (connect(fd, &backend.any, backend_size) == 0 || errno == EINPROGRESS)
		return fd;
	close(fd);
	return -1;
}

static void on_accept(int listener)
{
	for (int i = 0; i < 64; i++) {
		int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);

		if (client < 0)
			return;
		int server = dial();
		if (server >= 0)
			start(client, server);
		else
			close(client);
	}
}

static bool finished(const struct side *a, const struct side *b)
{
	return a->eof && b->eof && !a->len && !b->len && !a->piped && !b->piped;
}

static void on_event(struct side *a, uint32_t events)
{
	const uint32_t hang_up = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
	struct pair *pair = a->pair;
	struct side *b = a == &pair->side[0] ? &pair->side[1] : &pair->side[0];
	bool good = true;

	if (pair->dead)
		return;
	if (events & (EPOLLIN | hang_up)) {
		if (a->ready != ENDING)
			a->ready = events & hang_up ? ENDING : READABLE;
		good = pump(a, b);
	}
	if (good && (events & EPOLLOUT) && (b->len || b->piped))
		good = pump(b, a);
	if (!good || finished(a, b))
		end(pair);
}

/* Those that were queued when the iteration began. */
static void run_queue(void)
{
	struct side *a = queue, *next;

	queue = NULL;
	queue_end = &queue;
	for (; a; a = next) {
		struct pair *pair = a->pair;
		struct side *b = a == &pair->side[0] ? &pair->side[1] : &pair->side[0];

		next = a->next;
		a->queued = false;
		if (!pair->dead && (!pump(a, b) || finished(a, b)))
			end(pair);
	}
}

static bool queued(const struct pair *pair)
{
	return pair->side[0].queued || pair->side[1].queued;
}

static void reap(void)
{
	struct pair *later = NULL;

	while (dying) {
		struct pair *pair = dying;

		dying = pair->next;
		if (queued(pair)) {
			pair->next = later;
			later = pair;
			continue;
		}
		pair->next = spare;
		spare = pair;
	}
	dying = later;
}

int main(int argc, char **argv)
{
	struct epoll_event events[512];

	if (argc < 4) {
		fputs("usage: relay rw|splice PORT PORT|PATH [PIPE_KB]\n", stderr);
		return 2;
	}
	int listener = listen_on(argv[2]);

	backend_size = address_of(&backend, argv[3]);
	splicing = strcmp(argv[1], "splice") == 0;
	if (argc > 4)
		pipe_size = (size_t)atoi(argv[4]) * 1024;
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	epoll = epoll_create1(0);
	watch(epoll, listener, EPOLLIN, NULL);
	for (;;) {
		int n = epoll_wait(epoll, events, 512, queue ? 0 : -1);

		run_queue();
		for (int i = 0; i < n; i++)
			if (events[i].data.ptr)
				on_event(events[i].data.ptr, events[i].events);
			else
				on_accept(listener);
		reap();
	}
}
