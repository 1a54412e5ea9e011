/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/relay_body.h"

#include "core/log.h"
#include "event/conn.h"
#include "proxy/body.h"
#include "proxy/relay_half.h"

void relay_body_begin(struct half *h, struct body *body)
{
	CHECK(h->pipe == NULL);
	h->body = body;
	h->buffered = true;
}

struct body *relay_body(const struct half *h)
{
	return h->buffered ? h->body : NULL;
}

void relay_body_end(struct half *h)
{
	body_free(h->body);
	h->pipe = NULL;
	h->buffered = false;
}

enum spliced relay_body_move(struct half *h, struct conn *to)
{
	uint64_t n;
	enum body_sent sent;

	if ((to->event.want & EVENT_WRITE) != 0 && (to->event.ready & EVENT_WRITE) == 0)
		return SPLICE_STUCK;
	sent = body_send(h->body, to, &n);
	h->bytes += n;
	/* the client has sent it, and is not silent while it goes on */
	h->took |= n != 0;
	switch (sent) {
	case BODY_SENT:
		relay_body_end(h);
		return SPLICE_MOVED;
	case BODY_MOVED:
		return SPLICE_MOVED;
	case BODY_STUCK:
		return SPLICE_STUCK;
	case BODY_LOST:
		return SPLICE_SOURCE_FAILED;
	case BODY_TARGET_FAILED:
		break;
	}
	return SPLICE_TARGET_FAILED;
}
