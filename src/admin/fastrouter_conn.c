/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/fastrouter_conn.h"

#include <unistd.h>

#include "admin/fastrouter_json.h"
#include "core/slab.h"
#include "core/text.h"
#include "event/conn.h"

#define CONNS 256		/* at once */
#define REQUEST_MS 4000		/* of HTTP: until a byte has come, as in uWSGI */
#define STALLED_MS 10000	/* without taking a byte */
#define GIVES_WAY_MS 1000	/* the same, while others wait */
#define LINGER_MS 2000		/* until the client has seen the end */
#define LINGER_READS 16		/* for one event */

enum fastrouter_phase { FASTROUTER_ASKED, FASTROUTER_SENDING, FASTROUTER_ENDING };

struct fastrouter_conn {
	struct list     link;	/* the one that has done nothing for longest is the first */
	struct conn     conn;
	struct timer    timer;
	uint64_t        since;	/* loop time: it sent or took something */
	struct deferred gone;
	enum fastrouter_phase phase;
	bool            whole;	/* `out` has the last of it */
	struct text     out;
	size_t          sent;	/* of `out` */
	struct fastrouter_json json;
};

static struct list all;
static unsigned count;
static struct slab places;

void fastrouter_conn_open(void)
{
	list_init(&all);
	count = 0;
	slab_init(&places, sizeof(struct fastrouter_conn));
}

static void free_conn(struct deferred *d)
{
	slab_give(&places, container_of(d, struct fastrouter_conn, gone));
}

static void end(struct fastrouter_conn *c)
{
	list_unlink(&c->link);
	count--;
	timer_cancel(&c->timer);
	conn_close(&c->conn);
	text_close(&c->out);
	fastrouter_json_close(&c->json);
	loop_defer(&c->gone, free_conn);
}

void fastrouter_conn_close_all(void)
{
	while (!list_empty(&all))
		end(container_of(all.next, struct fastrouter_conn, link));
}

static void enter(struct fastrouter_conn *c, enum fastrouter_phase phase, uint64_t limit_ms)
{
	c->phase = phase;
	c->since = loop_now();
	timer_set(&c->timer, limit_ms);
	list_unlink(&c->link);
	list_append(&all, &c->link);
	event_want(&c->conn.event, phase == FASTROUTER_SENDING ? EVENT_WRITE : EVENT_READ);
}

static void on_timer(struct timer *t)
{
	end(container_of(t, struct fastrouter_conn, timer));
}

/* A socket that is closed with unread bytes resets the connection, and the answer may be lost. */
static void drop_input(struct fastrouter_conn *c)
{
	char dropped[16 * 1024];
	size_t n;

	for (unsigned i = 0; i < LINGER_READS; i++) {
		switch (conn_read(&c->conn, dropped, sizeof(dropped), &n)) {
		case IO_OK:
			break;
		case IO_AGAIN:
			return;
		case IO_EOF:
		case IO_ERROR:
			end(c);
			return;
		}
	}
}

static void next_piece(struct fastrouter_conn *c)
{
	text_clear(&c->out);
	c->sent = 0;
	c->whole = !fastrouter_json_next(&c->json, &c->out);
}

/* One piece for each event: others have their turn between two of them. */
static void send_some(struct fastrouter_conn *c)
{
	size_t n;

	if (c->sent == c->out.len && !c->whole)
		next_piece(c);
	while (c->sent < c->out.len) {
		switch (conn_write(&c->conn, c->out.data + c->sent, c->out.len - c->sent, &n)) {
		case IO_OK:
			c->sent += n;
			enter(c, FASTROUTER_SENDING, STALLED_MS);
			break;
		case IO_AGAIN:
			return;
		case IO_EOF:
		case IO_ERROR:
			end(c);
			return;
		}
	}
	if (!c->whole)
		return;
	conn_shut(&c->conn);
	enter(c, FASTROUTER_ENDING, LINGER_MS);
}

static void begin(struct fastrouter_conn *c, bool http)
{
	if (http)
		text_puts(&c->out, "HTTP/1.0 200 OK\r\n"
				   "Connection: close\r\n"
				   "Access-Control-Allow-Origin: *\r\n"
				   "Content-Type: application/json\r\n\r\n");
	enter(c, FASTROUTER_SENDING, STALLED_MS);
}

/* Whatever the client asks for, it gets the figures; the rest of its request is dropped later. */
static void read_request(struct fastrouter_conn *c)
{
	char bytes[4096];
	size_t n;

	switch (conn_read(&c->conn, bytes, sizeof(bytes), &n)) {
	case IO_OK:
		begin(c, true);
		break;
	case IO_AGAIN:
		break;
	case IO_EOF:
	case IO_ERROR:
		end(c);
		break;
	}
}

static void on_ready(struct event *ev, unsigned ready)
{
	struct fastrouter_conn *c = container_of(ev, struct fastrouter_conn, conn.event);

	(void)ready;
	switch (c->phase) {
	case FASTROUTER_ASKED:
		read_request(c);
		break;
	case FASTROUTER_SENDING:
		send_some(c);
		break;
	case FASTROUTER_ENDING:
		drop_input(c);
		break;
	}
}

bool fastrouter_conn_room(void)
{
	struct fastrouter_conn *oldest;

	if (count < CONNS)
		return true;
	oldest = container_of(all.next, struct fastrouter_conn, link);
	if (loop_now() - oldest->since < GIVES_WAY_MS)
		return false;
	end(oldest);
	return true;
}

void fastrouter_conn_new(int fd, const struct fastrouter_answer *answer)
{
	struct fastrouter_conn *c = slab_take(&places);

	if (c == NULL) {
		close(fd);
		return;
	}
	*c = (struct fastrouter_conn){ .json = { .part = FASTROUTER_HEAD } };
	conn_setup(&c->conn, fd, on_ready);
	timer_setup(&c->timer, on_timer);
	list_init(&c->link);
	list_append(&all, &c->link);
	count++;
	text_init(&c->out);
	fastrouter_json_open(&c->json, answer->service, answer->minified);
	if (answer->http)
		enter(c, FASTROUTER_ASKED, REQUEST_MS);
	else
		begin(c, false);
}
