/* SPDX-License-Identifier: BSD-2-Clause */
/* The receiving side of a channel. */
#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "process/channel.h"
#include "process/channel_packet.h"

#define READ_SLICE_US 2000	/* then the loop has its turn */

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
static bool is_allowed(struct channel *ch, const struct packet_head *head, int flags)
{
	size_t len = ch->bytes.len + head->len;

	if (ch->handlers->may_send == NULL)
		return true;
	if ((flags & MSG_CTRUNC) != 0 || head->fds_left > 0)
		return false;
	if (head->bytes_left > SIZE_MAX - len)
		return false;
	return ch->handlers->may_send(ch, head->kind, len + head->bytes_left);
}

static enum received take_part(struct channel *ch, struct slice *packet, int flags)
{
	struct packet_head head;
	struct slice part;

	if (packet->len < sizeof(head))
		return RECEIVED_INVALID;
	memcpy(&head, packet->data, sizeof(head));
	part = (struct slice){ packet->data + sizeof(head), packet->len - sizeof(head) };
	if (head.len > part.len || !is_allowed(ch, &head, flags))
		return RECEIVED_INVALID;
	text_append(&ch->bytes, part.data, head.len);
	*packet = (struct slice){ part.data + head.len, part.len - head.len };
	if (head.bytes_left == 0 && head.fds_left == 0)
		deliver(ch, head.kind);
	return RECEIVED;
}

static enum received take_packet(struct channel *ch, struct msghdr *m, struct slice packet)
{
	enum received got;

	take_fds(ch, m);
	do
		got = take_part(ch, &packet, m->msg_flags);
	while (got == RECEIVED && packet.len > 0 && ch->event.fd != -1 && !ch->deaf);
	return got;
}

static enum received receive(struct channel *ch)
{
	static char room[PACKET_BYTES + sizeof(struct packet_head)];
	union packet_control control;
	struct iovec iov = { .iov_base = room, .iov_len = sizeof(room) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
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
	if (n == -1 && channel_is_shortage())
		timer_set(&ch->again, SHORTAGE_MS);
	if (n == -1 && (channel_would_block() || channel_is_shortage()))
		return RECEIVED_NOTHING;
	if (n < (ssize_t)sizeof(struct packet_head))
		return RECEIVED_END;
	return take_packet(ch, &m, (struct slice){ room, (size_t)n });
}

static void refuse(struct channel *ch)
{
	ch->deaf = true;
	channel_break_off(ch);
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
		channel_write_queue(ch);
	if (!(ready & (EVENT_READ | EVENT_HUP | EVENT_ERROR)))
		return;
	do
		got = receive(ch);
	while (got == RECEIVED && ch->event.fd != -1 && clock_us() < until);
	if (got == RECEIVED_NOTHING)
		event_drained(&ch->event, EVENT_READ);
	else if (got == RECEIVED_INVALID && ch->handlers->refused != NULL)
		refuse(ch);
	else if (got != RECEIVED && ch->event.fd != -1)
		ch->handlers->closed(ch);
}

void channel_receive_now(struct channel *ch)
{
	on_ready(&ch->event, EVENT_READ);
}

static void on_again(struct timer *t)
{
	struct channel *ch = container_of(t, struct channel, again);

	on_ready(&ch->event, EVENT_READ | EVENT_WRITE);
}

void channel_receive_open(struct channel *ch, int fd)
{
	timer_setup(&ch->again, on_again);
	event_setup(&ch->event, fd, on_ready);
}
