/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/script_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/log.h"

#define READ_SIZE 16384
#define OUT_MOST (8u << 20)	/* 1,900 of the longest frames */

static void fail(struct script_stream *s)
{
	bool unread = s->unread || s->out.len != s->sent;

	script_stream_close(s);
	s->unread = unread;
	s->handlers->closed(s);
}

static void write_out(struct script_stream *s)
{
	while (s->sent < s->out.len) {
		size_t n = 0;

		switch (conn_write(&s->conn, s->out.data + s->sent, s->out.len - s->sent, &n)) {
		case IO_OK:
			s->sent += (uint32_t)n;
			break;
		case IO_AGAIN:
			event_want(&s->conn.event, EVENT_READ | EVENT_WRITE);
			return;
		default:
			fail(s);
			return;
		}
	}
	text_clear(&s->out);
	s->sent = 0;
	event_want(&s->conn.event, EVENT_READ);
}

static void on_flush(struct deferred *d)
{
	struct script_stream *s = container_of(d, struct script_stream, flush);

	if (script_stream_is_open(s))
		write_out(s);
}

/* Every whole frame of `in`; what is left of it is the beginning of the next one. */
static void take_frames(struct script_stream *s)
{
	size_t at = 0;

	while (script_stream_is_open(s) && s->in.len - at >= sizeof(struct script_frame)) {
		struct script_frame f;

		memcpy(&f, s->in.data + at, sizeof(f));
		if (f.size > SCRIPT_FRAME_MOST || f.kind == 0 || f.kind >= SCRIPT_FRAME_KINDS) {
			fail(s);
			return;
		}
		if (s->in.len - at - sizeof(f) < f.size)
			break;
		at += sizeof(f) + f.size;
		s->handlers->frame(s, &f, (struct slice){ s->in.data + at - f.size, f.size });
	}
	if (!script_stream_is_open(s))
		return;
	if (at != 0)
		memmove(s->in.data, s->in.data + at, s->in.len - at);
	s->in.len -= at;
}

/* False: nothing is there. */
static bool read_in(struct script_stream *s)
{
	size_t before = s->in.len, n = 0;
	enum io status = conn_read(&s->conn, text_extend(&s->in, READ_SIZE), READ_SIZE, &n);

	s->in.len = before + (status == IO_OK ? n : 0);
	if (status == IO_AGAIN)
		return false;
	if (status == IO_OK) {
		take_frames(s);
		return true;
	}
	/* a unix socket says so when it was closed with bytes that nobody had read */
	s->unread = status == IO_ERROR && errno == ECONNRESET;
	fail(s);
	return true;
}

static void on_ready(struct event *ev, unsigned ready)
{
	struct script_stream *s = container_of(ev, struct script_stream, conn.event);

	if ((ready & ~(unsigned)EVENT_WRITE) != 0)
		(void)read_in(s);
	if (script_stream_is_open(s) && (ready & EVENT_WRITE) != 0 && s->out.len != 0)
		write_out(s);
}

void script_stream_open(struct script_stream *s, int fd,
			const struct script_stream_handlers *handlers)
{
	conn_setup(&s->conn, fd, on_ready);
	s->conn.local = true;
	list_init(&s->flush.link);
	text_init(&s->in);
	text_init(&s->out);
	s->sent = 0;
	s->unread = false;
	s->handlers = handlers;
	event_want(&s->conn.event, EVENT_READ);
}

bool script_stream_is_open(const struct script_stream *s)
{
	return s->handlers != NULL && s->conn.event.fd != -1;
}

void script_stream_close(struct script_stream *s)
{
	if (!script_stream_is_open(s))
		return;
	list_unlink(&s->flush.link);
	conn_close(&s->conn);
	text_close(&s->in);
	text_close(&s->out);
}

bool script_stream_finish(struct script_stream *s)
{
	while (script_stream_is_open(s) && read_in(s))
		;
	return !s->unread && (!script_stream_is_open(s) || s->out.len == s->sent);
}

void script_stream_send(struct script_stream *s, struct script_frame *frame, struct slice bytes)
{
	CHECK(bytes.len <= SCRIPT_FRAME_MOST);
	if (!script_stream_is_open(s)) {
		s->unread = true;
		return;
	}
	frame->size = (uint32_t)bytes.len;
	text_append(&s->out, frame, sizeof(*frame));
	text_append(&s->out, bytes.data, bytes.len);
	if (s->out.len - s->sent > OUT_MOST) {
		/* the next read finds the end: who sends may be in the middle of something */
		(void)shutdown(s->conn.event.fd, SHUT_RDWR);
		s->out.len = s->sent;
		return;
	}
	if (list_empty(&s->flush.link))
		loop_defer(&s->flush, on_flush);
}
