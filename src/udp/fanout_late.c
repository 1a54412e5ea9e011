/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_late.h"

#include <errno.h>
#include <sys/socket.h>

#include "event/event.h"
#include "udp/fanout_batch.h"

#define PAUSE_MS 1
#define PAUSE_MOST_MS 32	/* to the next try with who reads nothing */
#define PATIENCE_MS 500		/* a process that is busy goes on; one that hangs does not */

void fanout_late_open(struct fanout_late *late, timer_handler *again)
{
	fanout_queue_open(&late->queue);
	timer_setup(&late->timer, again);
	late->pause_ms = PAUSE_MS;
	late->stuck = false;
}

void fanout_late_close(struct fanout_late *late)
{
	timer_cancel(&late->timer);
	fanout_queue_clear(&late->queue);
	late->pause_ms = PAUSE_MS;
}

uint64_t fanout_late_add(struct fanout_late *late, uint64_t room, const struct fanout_batch *b,
			 unsigned at, uint64_t handed)
{
	uint64_t before = late->queue.dropped;

	late->stuck = late->stuck && late->stuck_at == handed;
	if (late->stuck)
		return b->count - at;
	if (!fanout_late_waits(late))
		late->moved_ms = loop_now();
	for (; at < b->count; at++)
		fanout_queue_add(&late->queue, room,
				 (struct slice){ b->bytes[at].iov_base, b->bytes[at].iov_len },
				 NULL);
	if (fanout_late_waits(late) && !timer_pending(&late->timer))
		timer_set(&late->timer, late->pause_ms);
	return late->queue.dropped - before;
}

static bool send_first(struct fanout_late *late, int fd)
{
	const struct fanout_queued *q = fanout_queue_from(&late->queue, 0);
	ssize_t n;

	do
		n = send(fd, q->bytes, q->len, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n != -1;
}

enum fanout_late_state fanout_late_send(struct fanout_late *late, int fd, uint64_t *handed)
{
	uint64_t before = late->queue.count;

	while (fanout_late_waits(late) && send_first(late, fd)) {
		fanout_queue_drop(&late->queue);
		++*handed;
	}
	timer_cancel(&late->timer);
	if (late->queue.count != before) {
		late->pause_ms = PAUSE_MS;
		late->moved_ms = loop_now();
	} else if (late->pause_ms < PAUSE_MOST_MS) {
		late->pause_ms *= 2;
	}
	if (!fanout_late_waits(late))
		return LATE_NONE;
	if (errno != EAGAIN && errno != ENOBUFS)
		return LATE_FAILED;
	late->stuck = loop_now() - late->moved_ms >= PATIENCE_MS;
	late->stuck_at = *handed;
	if (late->stuck)
		return LATE_STUCK;
	timer_set(&late->timer, late->pause_ms);
	return LATE_FULL;
}
