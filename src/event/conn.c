/* SPDX-License-Identifier: BSD-2-Clause */
#include "event/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/addr.h"
#include "event/conn_self.h"

void conn_setup(struct conn *c, int fd, event_handler *handler)
{
	event_setup(&c->event, fd, handler);
	c->write_shut = c->nodelay = c->kept_alive = c->connecting = c->local = false;
}

static int open_socket(const struct addr *to)
{
#ifdef SOCK_NONBLOCK
	return socket(to->u.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
#else
	int fd = socket(to->u.sa.sa_family, SOCK_STREAM, 0);

	if (fd != -1) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	return fd;
#endif
}

enum io conn_dial(struct conn *c, const struct addr *to, event_handler *handler)
{
	int fd = open_socket(to);
	bool under_way;

	if (fd == -1)
		return IO_ERROR;
	/* EINTR too: the kernel goes on connecting, and a second call would say EALREADY */
	under_way = connect(fd, &to->u.sa, to->len) == -1;
	if (under_way && errno != EINPROGRESS && errno != EINTR) {
		int error = errno;

		close(fd);
		errno = error;
		/* only unix sockets say EAGAIN: the backlog is full, nothing is under way */
		return error == EAGAIN && to->u.sa.sa_family == AF_UNIX ? IO_AGAIN : IO_ERROR;
	}
	if (conn_is_self(fd, to)) {
		conn_setup(c, fd, handler);
		conn_abort(c);
		errno = ECONNREFUSED;
		return IO_ERROR;
	}
	conn_setup(c, fd, handler);
	c->connecting = under_way;
	c->local = to->u.sa.sa_family == AF_UNIX;
	return IO_OK;
}

int conn_error(const struct conn *c)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(c->event.fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		return errno;
	return error;
}

static enum io failed(struct conn *c, unsigned what)
{
	if (errno == EINTR)
		return IO_AGAIN;
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		event_drained(&c->event, what);
		return IO_AGAIN;
	}
	return IO_ERROR;
}

/*
 * On a unix socket a read stops behind bytes that came with descriptors. The kernel closes these
 * descriptors, as recv() takes none, but more bytes may follow, as behind an urgent byte.
 */
static ssize_t read_local(struct conn *c, void *into, size_t room)
{
	struct iovec io = { .iov_base = into, .iov_len = room };
	struct msghdr msg = { .msg_iov = &io, .msg_iovlen = 1 };
	ssize_t got = recvmsg(c->event.fd, &msg, 0);

	if (got > 0 && (msg.msg_flags & MSG_CTRUNC) != 0)
		c->event.ready |= EVENT_URGENT;
	return got;
}

enum io conn_read(struct conn *c, void *into, size_t room, size_t *n)
{
	ssize_t got = c->local ? read_local(c, into, room) : recv(c->event.fd, into, room, 0);

	if (got == -1)
		return failed(c, EVENT_READ);
	if (got == 0)
		return IO_EOF;
	*n = (size_t)got;
	/*
	 * A short read has emptied the socket, unless a hang-up was reported (the end is still to
	 * be read), or urgent bytes (every read stops there).
	 */
	if (*n < room && (c->event.ready & (EVENT_HUP | EVENT_URGENT)) == 0)
		event_drained(&c->event, EVENT_READ);
	return IO_OK;
}

enum io conn_write(struct conn *c, const void *from, size_t len, size_t *n)
{
	ssize_t put = send(c->event.fd, from, len, MSG_NOSIGNAL);

	if (put == -1)
		return failed(c, EVENT_WRITE);
	*n = (size_t)put;
	/* the socket buffer is full: epoll reports the next room, which saves a call that fails */
	if (*n < len)
		event_drained(&c->event, EVENT_WRITE);
	return IO_OK;
}

bool conn_ended(const struct conn *c, size_t got, size_t room)
{
	unsigned seen = EVENT_HUP | EVENT_ERROR | EVENT_URGENT;

	return got < room && (c->event.ready & seen) == EVENT_HUP;
}

static void set(int fd, int level, int name, int value)
{
	/* setting options fails when the peer has gone meanwhile; the next read reports that */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

void conn_nodelay(struct conn *c, const struct conn_tuning *tuning)
{
	if (c->nodelay)
		return;
	c->nodelay = true;
	if (tuning->nodelay)
		set(c->event.fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

void conn_keepalive(struct conn *c, const struct conn_tuning *tuning)
{
	int fd = c->event.fd;

	if (c->kept_alive)
		return;
	c->kept_alive = true;
	if (!tuning->keepalive || c->local)
		return;
	set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#ifdef TCP_KEEPIDLE
	set(fd, IPPROTO_TCP, TCP_KEEPIDLE, tuning->idle);
#elif defined(TCP_KEEPALIVE)
	set(fd, IPPROTO_TCP, TCP_KEEPALIVE, tuning->idle);
#endif
#ifdef TCP_KEEPINTVL
	set(fd, IPPROTO_TCP, TCP_KEEPINTVL, tuning->interval);
	set(fd, IPPROTO_TCP, TCP_KEEPCNT, tuning->count);
#endif
}

static bool has_bytes(int fd, unsigned long request)
{
	int n = 0;

	return ioctl(fd, request, &n) == 0 && n != 0;
}

bool conn_has_unread(const struct conn *c)
{
	return has_bytes(c->event.fd, FIONREAD);
}

bool conn_has_unsent(const struct conn *c)
{
#if defined(TIOCOUTQ)
	return has_bytes(c->event.fd, TIOCOUTQ);
#elif defined(FIONWRITE)
	return has_bytes(c->event.fd, FIONWRITE);
#else
	return false;
#endif
}

uint64_t conn_dead_after(const struct conn_tuning *tuning)
{
	int64_t seconds = tuning->idle + (int64_t)tuning->interval * tuning->count;

	return (uint64_t)seconds * 1000;
}

bool conn_is_dead(const struct conn *c, const struct conn_tuning *tuning)
{
#if defined(__linux__) && defined(TCP_INFO)
	struct tcp_info info = { .tcpi_unacked = 0 };
	socklen_t len = sizeof(info);

	if (c->local || !tuning->keepalive)
		return false;
	if (getsockopt(c->event.fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1)
		return false;
	/* nothing confirmed for so long, although bytes or window probes are under way */
	return info.tcpi_last_ack_recv >= conn_dead_after(tuning)
	    && (info.tcpi_unacked != 0 || info.tcpi_probes >= tuning->count);
#else
	(void)c;
	(void)tuning;
	return false;
#endif
}

void conn_shut(struct conn *c)
{
	if (c->write_shut)
		return;
	c->write_shut = true;
	(void)shutdown(c->event.fd, SHUT_WR);
}

void conn_close(struct conn *c)
{
	event_close(&c->event);
}

void conn_close_pair(struct conn *a, struct conn *b)
{
	int x = a->event.fd, y = b->event.fd;

#ifdef HAVE_CLOSE_RANGE
	if (x != -1 && y != -1 && (x - y == 1 || y - x == 1)) {
		unsigned first = (unsigned)(x < y ? x : y);

		/* first: a back-end may need the open descriptor to forget it */
		event_forget(&a->event);
		event_forget(&b->event);
		if (close_range(first, first + 1, 0) == 0)
			return;
		close(x);
		close(y);
		return;
	}
#endif
	event_close(&a->event);
	event_close(&b->event);
	(void)x;
	(void)y;
}

void conn_abort(struct conn *c)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (c->event.fd != -1)
		(void)setsockopt(c->event.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	event_close(&c->event);
}
