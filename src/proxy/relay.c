/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/relay.h"

#include <errno.h>
#include <sys/socket.h>

#include "event/conn.h"
#include "proxy/pipes.h"
#include "proxy/relay_body.h"
#include "proxy/relay_splice.h"
#include "proxy/scratch.h"

/* Moves one half may make, and bytes it may deliver, before other sessions get theirs. */
#define TURNS 16
#define FAIR_BYTES (1024 * 1024)

/* After a read of this much a half is better off spliced. */
#define MUCH (32 * 1024)

/* The first two are no trouble. */
enum moved { MOVED, STUCK, SOURCE_FAILED, TARGET_FAILED, NO_MEMORY };

void relay_init(struct relay *r)
{
	*r = (struct relay){ .no_memory = false };
}

bool relay_keep(struct relay *r, const char *bytes, size_t len)
{
	return kept_put(&r->up.kept, bytes, len);
}

/* Bytes that wait for the target are lost. */
static void drop_held(struct half *h)
{
	kept_close(&h->kept);
	if (h->buffered)
		relay_body_end(h);
	else if (h->pipe != NULL)
		pipes_give(h->pipe);
	h->pipe = NULL;
}

void relay_close(struct relay *r)
{
	drop_held(&r->up);
	drop_held(&r->down);
}

bool relay_holds(const struct half *h)
{
	return !kept_empty(&h->kept) || h->pipe != NULL;
}

bool relay_delivered(const struct half *h)
{
	return h->eof && !relay_holds(h);
}

/* Not waiting for room, or told that there is some. */
static bool can_write(const struct conn *to)
{
	return (to->event.want & EVENT_WRITE) == 0 || (to->event.ready & EVENT_WRITE) != 0;
}

static enum moved write_kept(struct half *h, struct conn *to)
{
	while (!kept_empty(&h->kept)) {
		size_t len, n = 0;
		const char *bytes = kept_front(&h->kept, &len);

		switch (conn_write(to, bytes, len, &n)) {
		case IO_OK:
			break;
		case IO_AGAIN:
			return STUCK;
		default:
			return TARGET_FAILED;
		}
		h->bytes += n;
		kept_take(&h->kept, n);
		if (n < len)
			return STUCK;
	}
	return MOVED;
}

/* After `put` of `got` bytes were taken: what the target does not take is kept. */
static enum moved copied(struct half *h, struct conn *from, size_t got, size_t put)
{
	h->took = true;
	h->bytes += put;
	if (conn_ended(from, got, SCRATCH_SIZE))
		h->eof = true;
	if (put < got)
		return kept_put(&h->kept, scratch() + put, got - put) ? STUCK : NO_MEMORY;
	if (got >= MUCH)
		h->splices = RELAY_CAN_SPLICE;
	return h->eof || (from->event.ready & EVENT_READ) == 0 ? STUCK : MOVED;
}

/* From the source through the scratch buffer. */
static enum moved copy(struct half *h, struct conn *from, struct conn *to)
{
	size_t got = 0, put = 0;

	switch (conn_read(from, scratch(), SCRATCH_SIZE, &got)) {
	case IO_OK:
		break;
	case IO_AGAIN:
		return STUCK;
	case IO_EOF:
		h->eof = true;
		return STUCK;
	default:
		return SOURCE_FAILED;
	}
	if (conn_write(to, scratch(), got, &put) == IO_ERROR)
		return TARGET_FAILED;
	return copied(h, from, got, put);
}

/*
 * Nothing may be kept: look at the bytes, write what goes, and only then take
 * that much from the source.
 */
static enum moved copy_unkept(struct half *h, struct conn *from, struct conn *to)
{
	ssize_t seen = recv(from->event.fd, scratch(), SCRATCH_SIZE, MSG_PEEK);
	size_t put = 0;

	if (seen <= 0)
		return copy(h, from, to);	/* the end or an error: nothing will be kept */
	switch (conn_write(to, scratch(), (size_t)seen, &put)) {
	case IO_OK:
		break;
	case IO_AGAIN:
		h->blocked = true;
		return STUCK;
	default:
		return TARGET_FAILED;
	}
	h->took = true;
	h->bytes += put;
	h->blocked = put < (size_t)seen;
	for (size_t taken = 0; taken < put;) {
		ssize_t n = recv(from->event.fd, scratch(), put - taken, 0);

		if (n <= 0)
			return SOURCE_FAILED;
		taken += (size_t)n;
	}
	return h->blocked ? STUCK : MOVED;
}

/* The target is gone and its answer delivered: what the source still says goes nowhere. */
static enum moved discard(struct half *h, struct conn *from)
{
	size_t got = 0;

	if (h->eof || (from->event.ready & EVENT_READ) == 0)
		return STUCK;
	switch (conn_read(from, scratch(), SCRATCH_SIZE, &got)) {
	case IO_OK:
		h->took = true;
		return MOVED;
	case IO_AGAIN:
		return STUCK;
	default:	/* an end is an end, however it came */
		h->eof = true;
		return STUCK;
	}
}

static enum moved read_and_write(struct half *h, struct conn *from, struct conn *to)
{
	/* a blocked half has seen bytes, though nobody waits for them any more */
	if (h->eof || ((from->event.ready & EVENT_READ) == 0 && !h->blocked))
		return STUCK;
	if (kept_full() && !can_write(to))
		return STUCK;
	h->blocked = false;
	return kept_full() ? copy_unkept(h, from, to) : copy(h, from, to);
}

static enum moved move_once(struct half *h, struct conn *from, struct conn *to)
{
	if (h->discards)
		return discard(h, from);
	if (!kept_empty(&h->kept))
		return can_write(to) ? write_kept(h, to) : STUCK;
	if (!h->splices && h->pipe == NULL)
		return read_and_write(h, from, to);
	switch (h->buffered ? relay_body_move(h, to) : relay_splice(h, from, to)) {
	case SPLICE_MOVED:
		return MOVED;
	case SPLICE_STUCK:
		return STUCK;
	case SPLICE_SOURCE_FAILED:
		return SOURCE_FAILED;
	case SPLICE_TARGET_FAILED:
		return TARGET_FAILED;
	case SPLICE_UNABLE:
		break;
	}
	/* what splice() could not take, or its end: a read decides */
	return read_and_write(h, from, to);
}

static enum moved move(struct half *h, struct conn *from, struct conn *to)
{
	uint64_t enough = h->bytes + FAIR_BYTES;
	enum moved m = MOVED;

	/* the other side's event: nothing to read here and nothing held */
	if ((from->event.ready & EVENT_READ) == 0 && !relay_holds(h) && !h->blocked)
		return STUCK;
	for (int turn = 0; turn < TURNS && m == MOVED && h->bytes < enough; turn++)
		m = move_once(h, from, to);
	return m;
}

/* Nothing but reading on is left to do, and the kernel knows it. */
static bool flows(const struct half *h, const struct conn *from)
{
	return !relay_holds(h) && !h->eof && !h->blocked && !h->splices
	    && from->event.want == EVENT_READ && from->event.armed != 0;
}

static unsigned wanted(const struct half *in, const struct half *out)
{
	unsigned want = 0;

	if (!in->eof && !relay_holds(in) && !in->blocked)
		want |= EVENT_READ;
	if (relay_holds(out) || out->blocked)
		want |= EVENT_WRITE;
	return want;
}

/*
 * Many sessions are over before the kernel need be told about their client:
 * while the backend has not answered what it said, and once it has finished.
 */
static void want_client(const struct relay *r, struct conn *client)
{
	unsigned want = wanted(&r->up, &r->down);
	bool quiet = (r->up.bytes != 0 && r->down.bytes == 0) || r->down.eof;

	if (want == EVENT_READ && client->event.armed == 0 && quiet)
		event_want_lazily(&client->event, r->down.eof);
	else
		event_want(&client->event, want);
}

/* Told that the other side has ended, once all is delivered; not when closing says it anyway. */
static void pass_end(struct half *h, struct conn *to, bool closing)
{
	if (!relay_delivered(h) || h->shut)
		return;
	h->shut = true;
	if (!closing && !h->discards)
		conn_shut(to);
}

/*
 * The backend takes no more. Its answer may be on the way still, and closing
 * with bytes of the client unread would destroy it: read both to their ends.
 */
static void stop_sending(struct half *up)
{
	drop_held(up);
	up->splices = up->blocked = false;
	up->discards = true;
}

/*
 * A side of which nothing is read, because it has ended or the other takes nothing: only its
 * error tells that it is gone. errno says why.
 */
static bool gone(const struct half *said, const struct conn *c)
{
	if ((c->event.ready & EVENT_ERROR) == 0 || said->reset)
		return false;
	if (!said->eof && !relay_holds(said) && !said->blocked)
		return false;
	errno = conn_error(c);
	return errno != 0;
}

/* The backend has gone: what it said reaches the client first, then the reset does. */
static void reset_later(struct relay *r)
{
	r->down.eof = r->down.reset = true;
	stop_sending(&r->up);
}

/* What the two moves come to; RELAY_OPEN: it goes on. */
static enum relay_status judge(struct relay *r, enum moved up, enum moved down,
			       struct conn *server)
{
	bool answered = r->down.bytes != 0 || relay_holds(&r->down);

	r->no_memory = up == NO_MEMORY || down == NO_MEMORY;
	r->lost = up == SOURCE_FAILED && r->up.buffered;
	if (up == SOURCE_FAILED || r->no_memory || down == TARGET_FAILED)
		return RELAY_CLIENT_FAILED;
	if (up == TARGET_FAILED) {
		stop_sending(&r->up);
		server->event.ready |= EVENT_READ;	/* the answer, or why */
	}
	if (down != SOURCE_FAILED)
		return RELAY_OPEN;
	if (!answered && !r->up.discards)
		return RELAY_SERVER_FAILED;
	if (r->up.eof && !r->up.discards) {
		reset_later(r);
		return RELAY_OPEN;
	}
	/* it may be how a backend ends that answered early and read no more */
	stop_sending(&r->up);
	r->down.eof = true;
	return RELAY_OPEN;
}

static enum relay_status finish_move(struct relay *r, struct conn *client, struct conn *server)
{
	bool reset = r->down.reset && relay_delivered(&r->down);
	bool done = relay_delivered(&r->up) && relay_delivered(&r->down);

	r->up.first |= r->up.eof && !r->down.eof;
	r->down.first |= r->down.eof && !r->up.eof;
	pass_end(&r->up, server, done);
	pass_end(&r->down, client, done || reset);
	if (done && !reset)
		return r->up.discards ? RELAY_SERVER_FAILED : RELAY_DONE;
	want_client(r, client);
	event_want(&server->event, wanted(&r->down, &r->up));
	r->fast_path = flows(&r->up, client) && flows(&r->down, server);
	return reset ? RELAY_SERVER_FAILED : RELAY_OPEN;
}

/*
 * The usual event, kept short: one side said something, the other takes it
 * whole. Everything else goes the long way.
 */
static bool pass_on(struct relay *r, struct conn *client, struct conn *server,
		    enum relay_status *status)
{
	bool up = (client->event.ready & EVENT_READ) != 0;
	struct half *h = up ? &r->up : &r->down;
	enum moved m;

	if (up == ((server->event.ready & EVENT_READ) != 0) || kept_full())
		return false;
	m = up ? copy(h, client, server) : copy(h, server, client);
	if (m == STUCK && !h->eof && !h->splices && kept_empty(&h->kept)) {
		*status = RELAY_OPEN;
		return true;
	}
	r->fast_path = false;
	*status = judge(r, up ? m : STUCK, up ? STUCK : m, server);
	return *status != RELAY_OPEN;
}

enum relay_status relay_move(struct relay *r, struct conn *client, struct conn *server)
{
	enum relay_status status;
	enum moved up, down;

	if (r->fast_path && pass_on(r, client, server, &status))
		return status;
	if (gone(&r->up, client))
		return RELAY_CLIENT_FAILED;
	if (r->down.eof && !r->up.discards && gone(&r->down, server))
		stop_sending(&r->up);
	up = move(&r->up, client, server);
	status = judge(r, up, STUCK, server);
	if (status != RELAY_OPEN)
		return status;
	down = move(&r->down, server, client);
	if (down == TARGET_FAILED) {
		/* the client's last words may be there already */
		client->event.ready |= EVENT_READ;
		(void)move(&r->up, client, server);
	}
	status = judge(r, STUCK, down, server);
	return status == RELAY_OPEN ? finish_move(r, client, server) : status;
}
