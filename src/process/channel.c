/* SPDX-License-Identifier: BSD-2-Clause */
/* The sending side, and what a channel is opened and closed with: see channel_packet.h. */
#include "process/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/clock.h"
#include "process/channel_packet.h"

struct packet {
	struct list  link;
	struct arena *arena;
	struct packet_head head;
	bool         whole;	/* the bytes begin with a head: parts that were collected */
	size_t       len;
	const char  *bytes;
	unsigned     count;
	int         *fds;	/* copies, closed once sent */
};

static bool try_send(struct channel *ch, const struct packet *p)
{
	union packet_control control = { 0 };
	struct packet_head head = p->head;
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)p->bytes, .iov_len = p->len },
	};
	struct msghdr m = { .msg_iov = iov + p->whole, .msg_iovlen = 2 - p->whole };
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
	ch->copies.count -= p->count;
	list_unlink(&p->link);
	arena_free(p->arena);
}

bool channel_would_block(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

/* Of memory, or of descriptors that may be under way. No event reports the end of that. */
bool channel_is_shortage(void)
{
	return errno == ENOBUFS || errno == ENOMEM || errno == ETOOMANYREFS;
}

/* Nothing more is sent, what is queued is dropped. errno: why; `gone` follows from it. */
void channel_break_off(struct channel *ch)
{
	ch->broken = true;
	list_unlink(&ch->collected_goes.link);
	text_clear(&ch->collected);
	list_unlink(&ch->copies.link);
	ch->gone = errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN;
	while (!list_empty(&ch->queue))
		packet_free(ch, container_of(ch->queue.next, struct packet, link));
}

/* Another channel gives way, if there is one. */
static bool make_room(const struct channel *ch, bool any)
{
	struct channel_copies *other = channel_short_choose(&ch->copies, any);

	if (other != NULL)
		channel_break_off(container_of(other, struct channel, copies));
	return other != NULL;
}

static int copy_for(struct channel *ch, int fd)
{
	int copy;

	do
		copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	while (copy == -1 && errno == EMFILE && make_room(ch, true));
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
	ch->copies.count += p->count;
	if (p->count < from->count)
		channel_break_off(ch);	/* without its descriptors the message would lie */
	else
		event_want(&ch->event, EVENT_READ | EVENT_WRITE);
}

static void send_packet(struct channel *ch, const struct packet *p)
{
	if (ch->broken)
		return;
	if (list_empty(&ch->queue) && try_send(ch, p))
		return;
	if (list_empty(&ch->queue) && !channel_would_block() && !channel_is_shortage()) {
		channel_break_off(ch);
		return;
	}
	if (list_empty(&ch->queue) && errno == ETOOMANYREFS)
		(void)make_room(ch, false);
	enqueue(ch, p);
}

static void send_collected(struct channel *ch)
{
	struct packet p = { .whole = true, .len = ch->collected.len, .bytes = ch->collected.data };

	list_unlink(&ch->collected_goes.link);
	if (p.len != 0)
		send_packet(ch, &p);
	text_clear(&ch->collected);
}

static void on_turn_over(struct deferred *d)
{
	send_collected(container_of(d, struct channel, collected_goes));
}

/* What one turn of the loop says to a process wakes it up once. */
static void collect(struct channel *ch, unsigned kind, const void *payload, size_t len)
{
	struct packet_head head = { .kind = kind, .len = (uint32_t)len };

	if (ch->broken)
		return;
	if (ch->collected.len + sizeof(head) + len > PACKET_BYTES)
		send_collected(ch);
	if (ch->collected.len == 0)
		loop_defer(&ch->collected_goes, on_turn_over);
	text_append(&ch->collected, &head, sizeof(head));
	text_append(&ch->collected, payload, len);
}

static void send_parts(struct channel *ch, unsigned kind, const char *bytes, size_t len,
		       const int *fds, unsigned count)
{
	do {
		struct packet p = {
			.len = len < PACKET_BYTES ? len : PACKET_BYTES,
			.bytes = bytes,
			.count = count < PACKET_FDS ? count : PACKET_FDS,
			.fds = (int *)(uintptr_t)fds,
		};

		len -= p.len;
		count -= p.count;
		p.head = (struct packet_head){ kind, (uint32_t)p.len, (uint32_t)len, count };
		send_packet(ch, &p);
		bytes = bytes != NULL ? bytes + p.len : NULL;
		fds = fds != NULL ? fds + p.count : NULL;
	} while (len > 0 || count > 0);
}

void channel_send(struct channel *ch, unsigned kind, const void *payload, size_t len,
		  const int *fds, unsigned count)
{
	if (count == 0 && len <= COLLECTED_MESSAGE) {
		collect(ch, kind, payload, len);
		return;
	}
	send_collected(ch);
	send_parts(ch, kind, payload, len, fds, count);
}

static void wait_to_write(struct channel *ch)
{
	if (channel_would_block()) {
		event_want(&ch->event, EVENT_READ | EVENT_WRITE);
		event_drained(&ch->event, EVENT_WRITE);
	} else if (channel_is_shortage()) {
		event_want(&ch->event, EVENT_READ);
		timer_set(&ch->again, SHORTAGE_MS);
	} else {
		channel_break_off(ch);
	}
}

void channel_write_queue(struct channel *ch)
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

void channel_open(struct channel *ch, int fd, const struct channel_handlers *handlers)
{
	memset(ch, 0, sizeof(*ch));
	ch->handlers = handlers;
	list_init(&ch->queue);
	channel_short_watch(&ch->copies);
	text_init(&ch->bytes);
	text_init(&ch->fds);
	text_init(&ch->collected);
	list_init(&ch->collected_goes.link);
	channel_receive_open(ch, fd);
	event_want(&ch->event, EVENT_READ);
}

void channel_close(struct channel *ch)
{
	channel_break_off(ch);
	timer_cancel(&ch->again);
	text_close(&ch->bytes);
	text_close(&ch->fds);
	text_close(&ch->collected);
	event_close(&ch->event);
}

void channel_close_copies(struct channel *ch)
{
	channel_break_off(ch);
	close(ch->event.fd);
}

void channel_flush(struct channel *ch, int timeout_ms)
{
	uint64_t until = clock_ms() + (uint64_t)timeout_ms;

	send_collected(ch);
	while (!list_empty(&ch->queue)) {
		struct pollfd p = { .fd = ch->event.fd, .events = POLLOUT };
		bool shortage = timer_pending(&ch->again);
		uint64_t now = clock_ms();

		if (now >= until)
			return;
		if (shortage)
			poll(NULL, 0, 10);
		else if (poll(&p, 1, (int)(until - now)) == -1 && errno != EINTR)
			return;
		channel_write_queue(ch);
	}
}
