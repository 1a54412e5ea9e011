/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/relay_splice.h"

#include <errno.h>
#include <fcntl.h>

#include "core/scoreboard.h"
#include "event/conn.h"
#include "proxy/pipes.h"
#include "proxy/relay_half.h"

/* Splices below this cost more than copying; so many in a row and the half copies again. */
#define LITTLE (16 * 1024)
#define LITTLE_TIMES 8

#ifdef HAVE_SPLICE

static void drop_pipe(struct half *h)
{
	pipes_give(h->pipe);
	h->pipe = NULL;
}

/* Into an empty pipe: only then does EAGAIN mean that the source has nothing. */
static enum spliced fill(struct half *h, struct conn *from)
{
	ssize_t n;

	if (h->eof || (from->event.ready & EVENT_READ) == 0)
		return SPLICE_STUCK;
	/* splice() never gets past an urgent byte, and says that there is nothing */
	h->pipe = from->event.ready & EVENT_URGENT ? NULL : pipes_take(h->much);
	if (h->pipe == NULL) {
		h->splices = false;
		return SPLICE_UNABLE;
	}
	n = splice(from->event.fd, NULL, h->pipe->in, NULL, h->pipe->size,
		   SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
	if (n > 0) {
		h->took = true;
		h->pipe->bytes = (uint32_t)n;
		h->much = n >= PIPE_SMALL || (h->much && n >= LITTLE);
		h->small = n < LITTLE ? (uint8_t)(h->small + 1) : 0;
		if (h->small >= LITTLE_TIMES)
			h->splices = false;
		return SPLICE_MOVED;
	}
	drop_pipe(h);
	/* the end, or an urgent byte that splice() does not pass: a read tells which */
	if (n == 0)
		return SPLICE_UNABLE;
	if (errno == EAGAIN || errno == EINTR) {
		if (errno == EAGAIN)
			event_drained(&from->event, EVENT_READ);
		return SPLICE_STUCK;
	}
	if (errno == EINVAL) {
		h->splices = false;
		return SPLICE_UNABLE;
	}
	return SPLICE_SOURCE_FAILED;
}

static enum spliced empty(struct half *h, struct conn *to)
{
	ssize_t n = splice(h->pipe->out, NULL, to->event.fd, NULL, h->pipe->bytes,
			   SPLICE_F_NONBLOCK | SPLICE_F_MOVE);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		if (errno == EAGAIN)
			event_drained(&to->event, EVENT_WRITE);
		return SPLICE_STUCK;
	}
	if (n <= 0)
		return SPLICE_TARGET_FAILED;
	h->bytes += (uint64_t)n;
	h->pipe->bytes -= (uint32_t)n;
	counter_add(COUNTER_SPLICED_BYTES, (uint64_t)n);
	if (h->pipe->bytes != 0)
		return SPLICE_MOVED;	/* the next one finds out whether the target is full */
	drop_pipe(h);
	return SPLICE_MOVED;
}

enum spliced relay_splice(struct half *h, struct conn *from, struct conn *to)
{
	bool waiting = (to->event.want & EVENT_WRITE) != 0 && (to->event.ready & EVENT_WRITE) == 0;

	if (h->pipe == NULL) {
		enum spliced filled = fill(h, from);

		if (filled != SPLICE_MOVED)
			return filled;
	} else if (waiting) {
		return SPLICE_STUCK;
	}
	return empty(h, to);
}

#else

enum spliced relay_splice(struct half *h, struct conn *from, struct conn *to)
{
	(void)h;
	(void)from;
	(void)to;
	return SPLICE_UNABLE;
}

#endif
