/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/cache_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/cache_door.h"
#include "core/cache_item.h"
#include "core/log.h"
#include "core/uwsgi.h"
#include "udp/cache_command.h"

#define IN_LEAST 2048

static void on_ready(struct event *ev, unsigned ready);

static void release(struct deferred *d)
{
	free(container_of(d, struct cache_stream, later));
}

/* Its own event may be the one that is handled now, and the loop looks at that afterwards. */
void cache_stream_end(struct cache_stream *s)
{
	timer_cancel(&s->timer);
	conn_close(&s->conn);
	list_unlink(&s->link);
	s->all->count -= !s->own;
	free(s->in);
	free(s->out);
	s->in = s->out = NULL;
	loop_defer(&s->later, release);
}

static void on_time_over(struct timer *t)
{
	cache_stream_end(container_of(t, struct cache_stream, timer));
}

/* Room for `need` bytes in all, and not for much more: many clients may wait. */
static void grow(struct cache_stream *s, size_t need)
{
	if (need < IN_LEAST)
		need = IN_LEAST;
	if (need <= s->in_room)
		return;
	s->in = realloc(s->in, need);
	CHECK(s->in != NULL);
	s->in_room = need;
}

static void put(struct cache_stream *s, struct slice bytes)
{
	if (bytes.len == 0)
		return;
	memcpy(s->out + s->out_len, bytes.data, bytes.len);
	s->out_len += bytes.len;
}

/* Nothing before it is left unsent: see go_on(). */
static void answer(struct cache_stream *s, const struct cache_answer *a)
{
	free(s->out);
	s->out = malloc(a->len + a->value.len);
	CHECK(s->out != NULL);
	s->out_len = s->out_sent = 0;
	put(s, (struct slice){ a->head, a->len });
	put(s, a->value);
}

/* Bytes of the request at the front; 0: they are not all there. *bad: it is none. */
static size_t whole(struct cache_stream *s, struct cache_packet *p, bool *bad)
{
	size_t head, need = UWSGI_HEADER;
	bool valued;

	*bad = false;
	if (s->in_len >= need)
		need += uwsgi_block_size(s->in);
	if (s->in_len < need || need == UWSGI_HEADER) {
		*bad = s->in_len >= UWSGI_HEADER && need == UWSGI_HEADER;
		grow(s, need);
		return 0;
	}
	head = need;
	if ((unsigned char)s->in[0] != CACHE_PACKET_MODIFIER1 ||
	    s->in[3] != CACHE_PACKET_MODIFIER2 ||
	    !cache_packet_read(p, (struct slice){ s->in + UWSGI_HEADER, head - UWSGI_HEADER })) {
		*bad = true;
		return 0;
	}
	valued = p->verb == CACHE_SET || p->verb == CACHE_UPDATE;
	/* a value that no cache takes is not waited for */
	*bad = valued && p->size > CACHE_ITEM_MAX;
	need += valued && !*bad ? p->size : 0;
	if (s->in_len >= need && !*bad)
		return need;
	grow(s, need);
	/* growing moves what the packet's slices point into */
	return 0;
}

/* One request, if it is there. false: the stream is over, or waits for more. */
static bool take_request(struct cache_stream *s)
{
	struct cache_packet p;
	struct cache_answer a;
	size_t head, len;
	bool bad, ok;

	len = whole(s, &p, &bad);
	if (len == 0) {
		s->over = s->over || bad;
		return false;
	}
	head = UWSGI_HEADER + uwsgi_block_size(s->in);
	ok = cache_command(&p, slice_of(s->name), s->writes,
			   (struct slice){ s->in + head, len - head }, &a);
	if (ok)
		answer(s, &a);
	s->in_len -= len;
	memmove(s->in, s->in + len, s->in_len);
	s->over = !ok || !s->own;
	return true;
}

/* false: the rest waits, or it has ended. */
static bool send_answer(struct cache_stream *s)
{
	while (s->out_sent < s->out_len) {
		size_t n = 0;

		switch (conn_write(&s->conn, s->out + s->out_sent, s->out_len - s->out_sent, &n)) {
		case IO_OK:
			s->out_sent += n;
			break;
		case IO_AGAIN:
			event_want(&s->conn.event, EVENT_WRITE);
			return false;
		default:
			cache_stream_end(s);
			return false;
		}
	}
	return true;
}

/* What has come: requests in their order, each answered before the next one. */
static void go_on(struct cache_stream *s)
{
	do {
		if (!send_answer(s))
			return;
	} while (!s->over && take_request(s));
	if (s->over)
		cache_stream_end(s);
	else
		event_want(&s->conn.event, EVENT_READ);
}

static void receive(struct cache_stream *s)
{
	size_t n = 0;

	grow(s, s->in_len + 1);
	switch (conn_read(&s->conn, s->in + s->in_len, s->in_room - s->in_len, &n)) {
	case IO_OK:
		s->in_len += n;
		go_on(s);
		break;
	case IO_AGAIN:
		event_want(&s->conn.event, EVENT_READ);
		break;
	default:
		cache_stream_end(s);
	}
}

static void on_ready(struct event *ev, unsigned ready)
{
	struct cache_stream *s = container_of(ev, struct cache_stream, conn.event);

	(void)ready;
	if (s->out_sent < s->out_len)
		go_on(s);
	else
		receive(s);
}

void cache_streams_init(struct cache_streams *all)
{
	*all = (struct cache_streams){ .count = 0 };
	list_init(&all->clients);
	list_init(&all->own);
}

struct slice cache_streams_oldest(const struct cache_streams *all)
{
	return slice_of(container_of(all->clients.next, struct cache_stream, link)->name);
}

void cache_streams_drop(struct cache_streams *all)
{
	if (!list_empty(&all->clients))
		cache_stream_end(container_of(all->clients.next, struct cache_stream, link));
}

static struct cache_stream *add(struct cache_streams *all, const struct cache_door *door)
{
	struct cache_stream *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	s->all = all;
	s->writes = door->writes;
	s->own = door->name.len == 0;
	if (!s->own)
		memcpy(s->name, door->name.data, door->name.len);
	list_append(s->own ? &all->own : &all->clients, &s->link);
	all->count += !s->own;
	return s;
}

void cache_stream_begin(struct cache_streams *all, int fd, struct slice bytes)
{
	struct cache_stream *s;
	struct cache_door door;

	if (!cache_door_read(&bytes, &door)) {
		close(fd);
		return;
	}
	s = add(all, &door);
	conn_setup(&s->conn, fd, on_ready);
	timer_setup(&s->timer, on_time_over);
	if (door.left_ms != 0)
		timer_set(&s->timer, door.left_ms);
	if (bytes.len != 0) {
		grow(s, bytes.len);
		memcpy(s->in, bytes.data, bytes.len);
		s->in_len = bytes.len;
	}
	go_on(s);
}
