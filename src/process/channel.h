/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line between the master and one child: whole messages, in order, with
 * descriptors, over a socketpair that keeps packets apart. Sending never
 * waits: what the system does not take is queued here, and whoever sends looks
 * at `queued` before starting new business with a child that does not read.
 */
#ifndef PROCESS_CHANNEL_H
#define PROCESS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/list.h"
#include "core/slice.h"
#include "core/text.h"
#include "event/event.h"
#include "process/channel_short.h"

#define CHANNEL_QUEUE_MAX (4u << 20)	/* bytes; a child this far behind is given up */
#define CHANNEL_PACKET_COST 128		/* what a queued packet counts beside its bytes */

struct channel;

struct message {
	unsigned     kind;		/* enum message_kind, unchecked */
	struct slice payload;		/* as long as the call */
	const int   *fds;		/* the receiver's; as long as the call */
	unsigned     count;
	bool         truncated;		/* descriptors were lost: the receiver had no room */
};

struct channel_handlers {
	void (*message)(struct channel *ch, const struct message *m);
	/* The other end is gone. The channel is still open: close it. */
	void (*closed)(struct channel *ch);
	/*
	 * For a sender that is not trusted; NULL at both: it is. Asked at each packet, before
	 * its bytes are kept: may a message of `kind` have `size` bytes? Descriptors from such
	 * a sender are never taken. After a packet against either rule `refused` is called, and
	 * nothing more is received or sent; the channel is still open.
	 */
	bool (*may_send)(struct channel *ch, unsigned kind, size_t size);
	void (*refused)(struct channel *ch);
};

struct channel {
	struct event event;
	struct timer again;	/* the system is short of memory or descriptors: next try */
	const struct channel_handlers *handlers;
	struct list  queue;	/* packets that the system did not take yet */
	size_t       queued;	/* their bytes */
	struct channel_copies copies;	/* their descriptors */
	struct text  collected;	/* small messages of this turn of the loop: one packet */
	struct deferred collected_goes;
	struct text  bytes;	/* of the message that is arriving */
	struct text  fds;	/* ints, of the same */
	bool         truncated;
	bool         broken;	/* nothing more can be sent */
	bool         gone;	/* because nobody is at the other end any more */
	bool         deaf;	/* the other end broke a rule: nothing is received */
};

void channel_open(struct channel *ch, int fd, const struct channel_handlers *handlers);
void channel_close(struct channel *ch);
/* In another child after fork, without a loop: its copies of what `ch` has open and has queued. */
void channel_close_copies(struct channel *ch);

/*
 * Small messages without descriptors go out when this turn of the loop ends, in one packet; the
 * order of all messages is kept. `fds` stay the caller's; what is queued holds copies. When there
 * are no descriptors left, another channel gives way and is `broken`: see channel_short.h.
 */
void channel_send(struct channel *ch, unsigned kind, const void *payload, size_t len,
		  const int *fds, unsigned count);

/* What has come, before the loop says so. */
void channel_receive_now(struct channel *ch);

/* Waits until the queue is empty or `timeout_ms` has passed: for the last words of a child. */
void channel_flush(struct channel *ch, int timeout_ms);

#endif
