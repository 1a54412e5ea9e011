/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/mapper_streams.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/list.h"
#include "core/log.h"
#include "os/door.h"
#include "proxy/script_stream.h"

struct worker_stream {
	struct list          link;
	struct deferred      later;
	uint64_t             number;	/* never used again */
	struct script_stream stream;
};

static struct list streams = { &streams, &streams };
static struct event door;
static const struct mapper_streams_handlers *handlers;

static void on_frame(struct script_stream *s, const struct script_frame *f, struct slice bytes)
{
	const struct worker_stream *w = container_of(s, struct worker_stream, stream);

	if (f->kind == SCRIPT_FRAME_CALL)
		handlers->called(w->number, f, bytes);
}

static void release(struct deferred *d)
{
	free(container_of(d, struct worker_stream, later));
}

static void on_closed(struct script_stream *s)
{
	struct worker_stream *w = container_of(s, struct worker_stream, stream);

	list_unlink(&w->link);
	loop_defer(&w->later, release);
}

static const struct script_stream_handlers stream_handlers = { on_frame, on_closed };

static void accept_one(int fd)
{
	static uint64_t last;
	struct worker_stream *w = calloc(1, sizeof(*w));

	CHECK(w != NULL);
	w->number = ++last;
	list_append(&streams, &w->link);
	script_stream_open(&w->stream, fd, &stream_handlers);
	handlers->opened(w->number);
}

static void on_door(struct event *ev, unsigned ready)
{
	char byte;
	size_t len;
	int fd = door_accept(DOOR_MAPPER, &byte, 1, &len);
	static struct log_limit limit;

	(void)ready;
	if (fd != -1)
		accept_one(fd);
	else if (errno == EAGAIN)
		event_drained(ev, EVENT_READ);
	else if (log_limited(&limit, 1))
		log_write(LEVEL_WARN, "stream of a worker: %s", strerror(errno));
}

void mapper_streams_open(const struct mapper_streams_handlers *given)
{
	handlers = given;
	event_setup(&door, door_descriptor(DOOR_MAPPER), on_door);
	/* the process before this one has it, too, until it has ended */
	event_set_shared(&door, false);
	event_want(&door, EVENT_READ);
}

void mapper_streams_close(void)
{
	event_forget(&door);
	while (!list_empty(&streams)) {
		struct worker_stream *w = container_of(streams.next, struct worker_stream, link);

		list_unlink(&w->link);
		script_stream_close(&w->stream);
		free(w);
	}
}

void mapper_streams_send(uint64_t worker, struct script_frame *f, struct slice bytes)
{
	for (struct list *node = streams.next; node != &streams; node = node->next) {
		struct worker_stream *w = container_of(node, struct worker_stream, link);

		if (w->number == worker) {
			script_stream_send(&w->stream, f, bytes);
			return;
		}
	}
}

void mapper_streams_send_all(struct script_frame *f)
{
	for (struct list *node = streams.next; node != &streams; node = node->next)
		script_stream_send(&container_of(node, struct worker_stream, link)->stream, f,
				   slice_of(""));
}
