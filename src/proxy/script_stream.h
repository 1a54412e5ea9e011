/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stream of frames (core/script_frame.h) between a worker and the mapper process, or between that
 * and a process of a script. What is sent within one turn of the loop goes by one call; what the
 * other side does not read is kept, up to a limit.
 */
#ifndef PROXY_SCRIPT_STREAM_H
#define PROXY_SCRIPT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/script_frame.h"
#include "core/slice.h"
#include "core/text.h"
#include "event/conn.h"

struct script_stream;

struct script_stream_handlers {
	/* A whole frame; the bytes are valid during the call. It may close the stream. */
	void (*frame)(struct script_stream *s, const struct script_frame *f, struct slice bytes);
	/* The other side has gone, or sends what is no frame, or does not read. It is closed. */
	void (*closed)(struct script_stream *s);
};

/* Embedded in its owner, who frees it in a later turn than the one in which it is closed. */
struct script_stream {
	struct conn      conn;
	struct deferred  flush;
	struct text      in, out;
	uint32_t         sent;		/* bytes of `out` that have gone */
	bool             unread;	/* what was sent last: the other side had gone */
	const struct script_stream_handlers *handlers;
};

/* Takes over `fd`, a connected stream that does not block. */
void script_stream_open(struct script_stream *s, int fd,
			const struct script_stream_handlers *handlers);
/* What has not been sent is lost; nothing is called any more. Closed already: nothing. */
void script_stream_close(struct script_stream *s);
bool script_stream_is_open(const struct script_stream *s);
/*
 * The process of the other side has ended: takes the frames that it has sent before, and closes the
 * stream, of which it tells. Returns whether the process had read all that was sent to it (Linux
 * says so; elsewhere true, unless the sending has failed).
 */
bool script_stream_finish(struct script_stream *s);

/* frame->size is set. It goes at the end of this turn. Not open: it is lost. */
void script_stream_send(struct script_stream *s, struct script_frame *frame, struct slice bytes);

#endif
