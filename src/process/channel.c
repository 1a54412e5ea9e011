/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message goes out as one packet or several: each has a head that says what
 * is still to come, at most 32k bytes, and at most the descriptors that the
 * system takes at once (253 on Linux). The last one completes the message.
 */
#include "process/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"
#include "process/channel_short.h"

#define PACKET_BYTES 32768
#define PACKET_FDS 253
#define READ_SLICE_US 2000	/* then the loop has its turn */
#define SHORTAGE_MS 50		/* until the next try when the system is short of something */

struct packet_head {
	uint32_t kind;
	uint32_t bytes_left;	/* after this packet */
	uint32_t fds_left;
};

struct packet {
	struct list  link;
	struct arena *arena;
	struct packet_head head;
	size_t       len;
	const char  *bytes;
	unsigned     count;
	int         *fds;	/* copies, closed once sent */
};

union control_room {
	struct cmsghdr align;
	char           room[CMSG_SPACE(PACKET_FDS * sizeof(int))];
};

bool channel_pair(int fds[2])
{
#ifdef HAVE_SOCK_SEQPACKET
	const int type = SOCK_SEQPACKET;
#else
	const int type = SOCK_DGRAM;
#endif
	const int room = 1 << 20;	/* datagrams may be as large as the send buffer */

	if (socketpair(AF_UNIX, type, 0, fds) == -1)
		return false;
	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	}
	return true;
}

static bool try_send(struct channel *ch, const struct packet *p)
{
	union control_room control = { 0 };
	struct packet_head head = p->head;
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)p->bytes, .iov_len = p->len },
	};
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	if (p->count > 0) {
		struct cmsghdr *c;

		m.msg_control = control.room;
		m.msg_controllen = CMSG_SPACE(p->count * sizeof(int));
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(p->count * sizeof(int));
		memcpy(CMSG_DATA(c), p->fds, p->count * sizeof(int));
	}
	do
		n = sendmsg(ch->event.fd, &m, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n != -1;
}

static void packet_free(struct channel *ch, struct packet *p)
{
	for (unsigned i = 0; i < p->count; i++)
		close(p->fds[i]);
	ch->queued -= p->len + CHANNEL_PACKET_COST;
	ch->copies -= p->count;
	list_unlink(&p->link);
	arena_free(p->arena);
}

static bool would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

/*
 * The socket is not full, the system is short of memory, or of descriptors that may be under way.
 * No event reports the end of that.
 */
static bool is_shortage(void)
{
	return errno == ENOBUFS || errno == ENOMEM || errno == ETOOMANYREFS;
}

void channel_break(struct channel *ch)
{
	ch->broken = true;
	ch->gone = errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN;
	while (!list_empty(&ch->queue))
		packet_free(ch, container_of(ch->queue.next, struct packet, link));
}

static int copy_for(struct channel *ch, int fd)
{
	int copy;

	do
		copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	while (copy == -1 && errno == EMFILE && channel_short_relieve(ch, true));
	return copy;
}

static void enqueue(struct channel *ch, const struct packet *from)
{
	struct arena *arena = arena_new();
	struct packet *p = arena_alloc(arena, sizeof(*p));

	*p = *from;
	p->arena = arena;
	p->bytes = arena_copy(arena, (struct slice){ from->bytes, from->len });
	p->fds = from->count > 0 ? arena_alloc(arena, from->count * sizeof(int)) : NULL;
	for (p->count = 0; p->count < from->count; p->count++) {
		p->fds[p->count] = copy_for(ch, from->fds[p->count]);
		if (p->fds[p->count] == -1)
			break;
	}
	list_append(&ch->queue, &p->link);
	ch->queued += p->len + CHANNEL_PACKET_COST;
	ch->copies += p->count;
	if (p->count < from->count)
		channel_break(ch);	/* without its descriptors the message would lie */
	else
		event_want(&ch->event, EVENT_READ | EVENT_WRITE);
}

static void send_packet(struct channel *ch, const struct packet *p)
{
	if (ch->broken)
		return;
	if (list_empty(&ch->queue) && try_send(ch, p))
		return;
	if (list_empty(&ch->queue) && !would_block() && !is_shortage()) {
		channel_break(ch);
		return;
	}
	if (list_empty(&ch->queue) && errno == ETOOMANYREFS)
		channel_short_relieve(ch, false);
	enqueue(ch, p);
}

void channel_send(struct channel *ch, unsigned kind, const void *payload, size_t len,
		  const int *fds, unsigned count)
{
	const char *bytes = payload;

	do {
		struct packet p = {
			.len = len < PACKET_BYTES ? len : PACKET_BYTES,
			.bytes = bytes,
			.count = count < PACKET_FDS ? count : PACKET_FDS,
			.fds = (int *)(uintptr_t)fds,
		};

		len -= p.len;
		count -= p.count;
		p.head = (struct packet_head){ kind, (uint32_t)len, count };
		send_packet(ch, &p);
		bytes = bytes != NULL ? bytes + p.len : NULL;
		fds = fds != NULL ? fds + p.count : NULL;
	} while (len > 0 || count > 0);
}

static void wait_to_write(struct channel *ch)
{
	if (would_block()) {
		event_want(&ch->event, EVENT_READ | EVENT_WRITE);
		event_drained(&ch->event, EVENT_WRITE);
	} else if (is_shortage()) {
		event_want(&ch->event, EVENT_READ);
		timer_set(&ch->again, SHORTAGE_MS);
	} else {
		channel_break(ch);
	}
}

static void write_queue(struct channel *ch)
{
	while (!list_empty(&ch->queue)) {
		struct packet *p = container_of(ch->queue.next, struct packet, link);

		if (!try_send(ch, p)) {
			wait_to_write(ch);
			return;
		}
		packet_free(ch, p);
	}
	event_want(&ch->event, EVENT_READ);
}

static void take_fds(struct channel *ch, struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			text_append(&ch->fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	if (m->msg_flags & MSG_CTRUNC)
		ch->truncated = true;
}

static void clear_message(struct channel *ch)
{
	text_clear(&ch->bytes);
	text_clear(&ch->fds);
	ch->truncated = false;
}

static void deliver(struct channel *ch, unsigned kind)
{
	struct message m = {
		.kind = kind,
		.payload = { ch->bytes.data, ch->bytes.len },
		.fds = (const int *)(const void *)ch->fds.data,
		.count = (unsigned)(ch->fds.len / sizeof(int)),
		.truncated = ch->truncated,
	};

	ch->handlers->message(ch, &m);
	clear_message(ch);
}

enum received { RECEIVED, RECEIVED_NOTHING, RECEIVED_END, RECEIVED_INVALID };

/* Of a sender that is not trusted: what would be kept is asked for before it is kept. */
static bool is_allowed(struct channel *ch, const struct packet_head *head, size_t len, int flags)
{
	if (ch->handlers->may_send == NULL)
		return true;
	if ((flags & MSG_CTRUNC) != 0 || head->fds_left > 0)
		return false;
	len += ch->bytes.len;
	if (head->bytes_left > SIZE_MAX - len)
		return false;
	return ch->handlers->may_send(ch, head->kind, len + head->bytes_left);
}

static enum received receive(struct channel *ch)
{
	static char room[PACKET_BYTES];
	union control_room control;
	struct packet_head head;
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = room, .iov_len = sizeof(room) },
	};
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;
	int flags = 0;

	/* without room for them the system closes descriptors and says so (MSG_CTRUNC) */
	if (ch->handlers->may_send == NULL) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof(control.room);
	}

#ifdef MSG_CMSG_CLOEXEC
	flags |= MSG_CMSG_CLOEXEC;
#endif
	do
		n = recvmsg(ch->event.fd, &m, flags);
	while (n == -1 && errno == EINTR);
	if (n == -1 && is_shortage())
		timer_set(&ch->again, SHORTAGE_MS);
	if (n == -1 && (would_block() || is_shortage()))
		return RECEIVED_NOTHING;
	if (n < (ssize_t)sizeof(head))
		return RECEIVED_END;
	if (!is_allowed(ch, &head, (size_t)n - sizeof(head), m.msg_flags))
		return RECEIVED_INVALID;
	take_fds(ch, &m);
	text_append(&ch->bytes, room, (size_t)n - sizeof(head));
	if (head.bytes_left == 0 && head.fds_left == 0)
		deliver(ch, head.kind);
	return RECEIVED;
}

static void refuse(struct channel *ch)
{
	ch->deaf = true;
	channel_break(ch);
	ch->gone = true;	/* as good as: nobody has to say that it lost something */
	clear_message(ch);
	event_want(&ch->event, 0);
	ch->handlers->refused(ch);
}

static void on_ready(struct event *ev, unsigned ready)
{
	struct channel *ch = container_of(ev, struct channel, event);
	uint64_t until = clock_us() + READ_SLICE_US;
	enum received got;

	if (ch->deaf)
		return;
	if (ready & EVENT_WRITE)
		write_queue(ch);
	if (!(ready & (EVENT_READ | EVENT_HUP | EVENT_ERROR)))
		return;
	do
		got = receive(ch);
	while (got == RECEIVED && ch->event.fd != -1 && clock_us() < until);
	if (got == RECEIVED_NOTHING)
		event_drained(&ch->event, EVENT_READ);
	else if (got == RECEIVED_INVALID)
		refuse(ch);
	else if (got == RECEIVED_END && ch->event.fd != -1)
		ch->handlers->closed(ch);
}

static void on_again(struct timer *t)
{
	struct channel *ch = container_of(t, struct channel, again);

	on_ready(&ch->event, EVENT_READ | EVENT_WRITE);
}

void channel_open(struct channel *ch, int fd, const struct channel_handlers *handlers)
{
	memset(ch, 0, sizeof(*ch));
	ch->handlers = handlers;
	list_init(&ch->queue);
	channel_short_watch(&ch->link);
	text_init(&ch->bytes);
	text_init(&ch->fds);
	timer_setup(&ch->again, on_again);
	event_setup(&ch->event, fd, on_ready);
	event_want(&ch->event, EVENT_READ);
}

void channel_close(struct channel *ch)
{
	channel_break(ch);
	list_unlink(&ch->link);
	timer_cancel(&ch->again);
	text_close(&ch->bytes);
	text_close(&ch->fds);
	event_close(&ch->event);
}

void channel_close_copies(struct channel *ch)
{
	channel_break(ch);
	list_unlink(&ch->link);
	close(ch->event.fd);
}

void channel_flush(struct channel *ch, int timeout_ms)
{
	uint64_t until = clock_ms() + (uint64_t)timeout_ms;

	while (!list_empty(&ch->queue)) {
		struct pollfd p = { .fd = ch->event.fd, .events = POLLOUT };
		bool shortage = timer_pending(&ch->again);
		uint64_t now = clock_ms();

		if (now >= until)
			return;
		if (shortage)
			poll(NULL, 0, 10);
		else if (poll(&p, 1, (int)(until - now)) <= 0)
			return;
		write_queue(ch);
	}
}
