/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_send.h"

#include <errno.h>
#include <sys/socket.h>

#include "event/event.h"
#include "udp/fanout_batch.h"
#include "udp/fanout_keep.h"
#include "udp/fanout_target.h"

/* A target that is down is sent one datagram in so long a time: that costs the others nothing. */
#define PROBE_MS 10

static void drop(struct fanout_target *t, enum fanout_cause cause, unsigned count)
{
	t->counts->dropped[cause] += count;
}

static bool is_full(int error)
{
	return error == EAGAIN || error == ENOBUFS;
}

/* The socket is of no use any more: a unix socket that was bound again, an address that is gone. */
static void lost(struct fanout_target *t, int error, unsigned count)
{
	enum fanout_cause cause = fanout_errors_cause(error);

	drop(t, cause, count);
	fanout_target_close(t);
	fanout_target_fail(t, cause, error);
}

/* One datagram to a target that is down. true: it was taken. */
static bool probe(struct fanout_target *t, const struct fanout_batch *b, unsigned at)
{
	t->probed_ms = loop_now();
	if (fanout_target_open(t) && send(t->fd, b->bytes[at].iov_base, b->bytes[at].iov_len,
					  MSG_DONTWAIT | MSG_NOSIGNAL) != -1) {
		t->counts->handed++;
	} else if (t->fd != -1 && is_full(errno)) {
		drop(t, FANOUT_FULL, 1);	/* somebody is there, and has not read it all yet */
	} else {
		lost(t, errno, 1);
		return false;
	}
	fanout_target_watch(t);
	return true;
}

/* Datagrams from `at` on: the first may be sent, to see whether it is refused. */
static void send_down(struct fanout_target *t, const struct fanout_batch *b, unsigned at)
{
	if (at < b->count && loop_now() - t->probed_ms >= PROBE_MS)
		(void)probe(t, b, at++);
	drop(t, t->cause, b->count - at);
}

enum outcome { GO_ON, AGAIN_SINGLE, OVER };

static bool is_about_size(int error)
{
	return error == EMSGSIZE || error == EINVAL;
}

/* Several as one: the path, the device or the system cannot. */
static void split_up(struct fanout_target *t, const struct fanout_batch *b, int error)
{
	t->segments = is_about_size(error) && b->segment > 0 ? b->segment - 1 : 0;
}

/* What came back for datagrams of before is no failure of this one: it is a probe now. */
static enum outcome fail(struct fanout_target *t, const struct fanout_batch *b, unsigned at,
			 bool several)
{
	enum fanout_cause cause = FANOUT_REFUSED;
	int error = errno;

	if (error == EINTR)
		return GO_ON;
	if (is_full(error)) {
		fanout_target_full(t, b, at);
		return OVER;
	}
	if (fanout_errors_read(t->fd, t->counts, &cause)) {
		fanout_target_fail(t, cause, 0);
		t->probed_ms = 0;
		send_down(t, b, at);
		return OVER;
	}
	if (several && (is_about_size(error) || error == EIO || error == EOPNOTSUPP)) {
		split_up(t, b, error);
		return AGAIN_SINGLE;
	}
	if (error == EMSGSIZE) {
		drop(t, FANOUT_TOO_LONG, 1);
		return GO_ON;
	}
	fanout_target_close(t);
	fanout_target_fail(t, fanout_errors_cause(error), error);
	t->probed_ms = 0;
	send_down(t, b, at);
	return OVER;
}

static void send_single(struct fanout_target *t, const struct fanout_batch *b, unsigned at);

static void send_plan(struct fanout_target *t, const struct fanout_batch *b,
		      const struct fanout_plan *p, unsigned slot)
{
	while (slot < p->count) {
		int sent = datagrams_send(t->fd, p->slots + slot, p->count - slot);
		unsigned at = p->first[slot];
		bool several = p->first[slot + 1] - at > 1, too_long;

		if (sent > 0) {
			slot += (unsigned)sent;
			t->counts->handed += p->first[slot] - at;
			continue;
		}
		too_long = errno == EMSGSIZE;
		switch (fail(t, b, at, several)) {
		case GO_ON:
			slot += too_long;
			break;
		case AGAIN_SINGLE:
			send_single(t, b, at);
			return;
		case OVER:
			return;
		}
	}
}

static void send_single(struct fanout_target *t, const struct fanout_batch *b, unsigned at)
{
	send_plan(t, b, &b->single, at);
}

/* The usual case where datagrams come one by one. */
static void send_one(struct fanout_target *t, const struct fanout_batch *b)
{
	const struct iovec *bytes = &b->bytes[0];

	while (send(t->fd, bytes->iov_base, bytes->iov_len, MSG_DONTWAIT | MSG_NOSIGNAL) == -1) {
		if (errno != EINTR) {
			(void)fail(t, b, 0, false);
			return;
		}
	}
	t->counts->handed++;
}

/* It was sent a datagram a while ago, and that one was not refused: it may have all of them. */
static bool is_up_again(struct fanout_target *t)
{
	enum fanout_cause cause;

	if (loop_now() - t->probed_ms < PROBE_MS || t->fd == -1)
		return false;
	if (fanout_errors_read(t->fd, t->counts, &cause)) {
		fanout_target_fail(t, cause, 0);
		return false;
	}
	/* whether anybody answers on the link is known later */
	if (t->cause == FANOUT_UNREACHABLE)
		return false;
	t->state = TARGET_TRYING;
	fanout_target_watch(t);
	return true;
}

static bool send_from(struct fanout_target *t, const struct fanout_batch *b, unsigned i)
{
	struct slice bytes = { b->bytes[i].iov_base, b->bytes[i].iov_len };

	/* what is sent again has no sender any more */
	if (b->sender[i] == NULL || b->sender[i]->sa_family == AF_UNSPEC)
		return send(t->fd, bytes.data, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL) != -1;
	return fanout_keep_send(t->keep_fd, &t->addr, b->sender[i], bytes);
}

/* With the addresses of the senders: errors that come back go to them, so nothing is held back. */
static void send_kept(struct fanout_target *t, const struct fanout_batch *b)
{
	for (unsigned i = 0; i < b->count; i++) {
		if (send_from(t, b, i))
			t->counts->handed++;
		else
			drop(t, fanout_errors_cause(errno), 1);
	}
}

/* What waits for room goes first. true: it has gone, and the batch may follow. */
static bool is_clear(struct fanout_target *t, const struct fanout_batch *b)
{
	if (!fanout_late_waits(&t->late))
		return true;
	switch (fanout_target_send_late(t)) {
	case LATE_NONE:
		return true;
	case LATE_FULL:
	case LATE_STUCK:
		fanout_target_full(t, b, 0);
		break;
	case LATE_FAILED:
		send_down(t, b, 0);
		break;
	}
	return false;
}

void fanout_send(struct fanout_target *t, struct fanout_batch *b)
{
	if (t->state == TARGET_DOWN && !is_up_again(t)) {
		send_down(t, b, 0);
		return;
	}
	if (!is_clear(t, b))
		return;
	if (t->fd == -1 && !fanout_target_open(t))
		lost(t, errno, b->count);
	else if (t->options.keep)
		send_kept(t, b);
	else if (b->count == 1)
		send_one(t, b);
	else if (b->segment <= t->segments)
		send_plan(t, b, &b->grouped, 0);
	else
		send_single(t, b, 0);
}
