/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/list.h"
#include "core/log.h"
#include "event/timer.h"
#include "os/door.h"
#include "proxy/script_stream.h"

#define CALLS_MOST (1u << 20)
#define PLACE_MASK (CALLS_MOST - 1)	/* the low bits of an id are a place in `calls` */
#define AGAIN_MS 50		/* after a stream that could not be made */
#define LOADING_MS 5000		/* a call waits so long for a script that is being loaded */

struct script_known {		/* what the mapper process says about a script */
	struct list       link;
	uint64_t          id, since_ms;
	uint32_t          generation;
	enum script_state state;
};

static struct script_stream stream;
static struct timer again;
static struct list known = { &known, &known };
static struct script_call **calls;	/* by place; NULL: free */
static uint32_t room, used, next_place, turn;

static void connect_stream(void);

static struct script_known *find(uint64_t id)
{
	for (struct list *node = known.next; node != &known; node = node->next) {
		struct script_known *s = container_of(node, struct script_known, link);

		if (s->id == id)
			return s;
	}
	return NULL;
}

static void forget(struct script_known *s)
{
	list_unlink(&s->link);
	free(s);
}

static void forget_all(void)
{
	while (!list_empty(&known))
		forget(container_of(known.next, struct script_known, link));
}

static void note_state(const struct script_frame *f)
{
	struct script_known *s = find(f->script);

	if (f->status >= SCRIPT_STATES) {	/* it is not configured any more */
		if (s != NULL)
			forget(s);
		return;
	}
	if (s == NULL) {
		s = calloc(1, sizeof(*s));
		CHECK(s != NULL);
		s->id = f->script;
		list_append(&known, &s->link);
	}
	if (s->since_ms == 0 || s->state != f->status)
		s->since_ms = loop_now();
	s->state = (enum script_state)f->status;
	s->generation = f->generation;
}

/* NULL: it is over, or never was. */
static struct script_call *call_of(uint32_t id)
{
	uint32_t place = id & PLACE_MASK;
	struct script_call *c = place < room ? calls[place] : NULL;

	return c != NULL && c->id == id ? c : NULL;
}

static void on_frame(struct script_stream *s, const struct script_frame *f, struct slice bytes)
{
	struct script_call *c;

	(void)s;
	if (f->kind == SCRIPT_FRAME_STATE)
		note_state(f);
	if (f->kind != SCRIPT_FRAME_ANSWER || f->status >= SCRIPT_STATUSES)
		return;
	c = call_of(f->call);
	if (c == NULL)
		return;
	scripts_cancel(c);
	c->answered(c, (enum script_status)f->status, f->generation, bytes);
}

static void on_again(struct timer *t)
{
	(void)t;
	if (!script_stream_is_open(&stream))
		connect_stream();
}

/* The mapper process has died: the next one finds the stream that is made next. */
static void on_closed(struct script_stream *s)
{
	(void)s;
	forget_all();
	timer_setup(&again, on_again);
	timer_set(&again, used != 0 ? 0 : AGAIN_MS);
}

static const struct script_stream_handlers handlers = { on_frame, on_closed };

static void send_call(const struct script_call *c)
{
	struct script_frame f = { .kind = SCRIPT_FRAME_CALL, .call = c->id, .script = c->script };

	script_stream_send(&stream, &f, c->key);
}

static void connect_stream(void)
{
	int fd = door_connect(DOOR_MAPPER, slice_of("m"));

	if (fd == -1) {
		static struct log_limit limit;

		if (log_limited(&limit, 1))
			log_write(LEVEL_WARN, "no stream to the mapper process: %s",
				  strerror(errno));
		on_closed(&stream);
		timer_set(&again, AGAIN_MS);
		return;
	}
	script_stream_open(&stream, fd, &handlers);
	for (uint32_t i = 0; i < room; i++) {
		if (calls[i] != NULL)
			send_call(calls[i]);
	}
}

static bool grow(void)
{
	uint32_t wanted = room == 0 ? 64 : 2 * room;
	struct script_call **more;

	if (wanted > CALLS_MOST)
		return false;
	more = realloc(calls, wanted * sizeof(struct script_call *));
	if (more == NULL)
		return false;
	memset(more + room, 0, (wanted - room) * sizeof(struct script_call *));
	calls = more;
	room = wanted;
	return true;
}

/* At most a half of the places is in use, so that a free one is near. */
static bool take_place(struct script_call *c)
{
	if (2 * used >= room && !grow())
		return false;
	while (calls[next_place % room] != NULL)
		next_place++;
	turn++;
	c->id = (next_place % room) | turn << 20;
	if (c->id == 0)
		c->id = ++turn << 20;
	calls[c->id & PLACE_MASK] = c;
	next_place++;
	used++;
	return true;
}

bool scripts_call(struct script_call *c)
{
	if (!take_place(c))
		return false;
	c->begun_ms = loop_now();
	if (script_stream_is_open(&stream))
		send_call(c);
	else if (!timer_pending(&again))
		connect_stream();	/* and calls it */
	return true;
}

void scripts_cancel(struct script_call *c)
{
	if (c->id == 0)
		return;
	calls[c->id & PLACE_MASK] = NULL;
	c->id = 0;
	used--;
}

uint64_t scripts_left(const struct script_call *c, uint64_t limit_ms)
{
	const struct script_known *s = find(c->script);
	uint64_t from = c->begun_ms, most = limit_ms, left;

	if (s == NULL || s->state == SCRIPT_LOADING)
		most = limit_ms > LOADING_MS ? limit_ms : LOADING_MS;
	else if (s->since_ms > from)
		from = s->since_ms;
	if (loop_now() - from >= most)
		return 0;
	left = most - (loop_now() - from);
	return left < limit_ms ? left : limit_ms;
}

uint32_t scripts_generation(uint64_t script)
{
	const struct script_known *s = find(script);

	return s != NULL ? s->generation : 0;
}

void scripts_close(void)
{
	timer_cancel(&again);
	script_stream_close(&stream);
	forget_all();
	free(calls);
	calls = NULL;
	room = used = 0;
}
