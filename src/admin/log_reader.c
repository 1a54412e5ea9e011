/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "admin/long_work.h"
#include "core/arena.h"
#include "core/list.h"
#include "core/log_pipe.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "event/event.h"
#include "process/child_heartbeat.h"
#include "process/log_pipes.h"

#define PIPE_SIZE (256 * 1024)	/* asked for; what the system gives may be less */
#define PAUSE_MS 5		/* between two reads of a pipe that has lines */
#define QUIET_READS 4		/* reads without lines, until an event is waited for again */

struct reader {
	struct event event;
	struct list  link;	/* on the list of pipes that are read by time */
	struct text  rest;	/* the beginning of a frame that is not complete */
	unsigned     quiet;	/* reads without lines, in a row */
};

/*
 * Room for all that a pipe can hold: writers put whole frames, so a read that
 * empties the pipe ends with a frame, and a control process that is killed
 * leaves no half frame to the one that is respawned.
 */
static char buffer[PIPE_SIZE + 2 * PIPE_BUF];

static void (*on_frame)(const struct log_frame *frame);
static struct arena *arena;
static struct reader *readers;
static uint32_t count;
static struct list lively;
static struct timer pause_over;

static void take_frames(struct reader *r, struct slice bytes)
{
	struct log_frame frame;
	size_t n;

	while ((n = log_pipe_next(bytes, &frame)) != 0) {
		on_frame(&frame);
		bytes.data += n;
		bytes.len -= n;
	}
	text_clear(&r->rest);
	/* no frame is longer than this: the bytes are not the beginning of one, and are dropped */
	if (bytes.len < 2 * PIPE_BUF)
		text_append(&r->rest, bytes.data, bytes.len);
}

/* true: frames were read. */
static bool read_pipe(struct reader *r)
{
	size_t kept = r->rest.len;
	ssize_t n;

	if (kept != 0)
		memcpy(buffer, r->rest.data, kept);
	do
		n = read(r->event.fd, buffer + kept, sizeof(buffer) - kept);
	while (n == -1 && errno == EINTR);
	if (n == 0 || (n == -1 && errno != EAGAIN)) {
		list_unlink(&r->link);
		event_forget(&r->event);
		return false;
	}
	if (n == -1)
		return false;
	take_frames(r, (struct slice){ buffer, kept + (size_t)n });
	return true;
}

static void on_readable(struct event *ev, unsigned ready)
{
	struct reader *r = container_of(ev, struct reader, event);

	(void)ready;
	event_want(ev, 0);
	r->quiet = 0;
	list_append(&lively, &r->link);
	read_pipe(r);
	if (!timer_pending(&pause_over))
		timer_set(&pause_over, PAUSE_MS);
}

static void on_pause_over(struct timer *t)
{
	struct list *node = lively.next;

	while (node != &lively) {
		struct reader *r = container_of(node, struct reader, link);

		node = node->next;
		if (read_pipe(r)) {
			r->quiet = 0;
		} else if (++r->quiet == QUIET_READS) {
			list_unlink(&r->link);
			event_want(&r->event, EVENT_READ);
		}
	}
	if (!list_empty(&lively))
		timer_set(t, PAUSE_MS);
}

static void start(struct reader *r, int fd)
{
#ifdef F_SETPIPE_SZ
	/* room for a burst while this process is busy; a smaller pipe works, too */
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
#endif
	event_setup(&r->event, fd, on_readable);
	event_want(&r->event, EVENT_READ);
}

void log_reader_update(void)
{
	for (uint32_t i = 0; i < count; i++) {
		int fd = log_pipes_reader(i);

		if (readers[i].event.fd == -1 && fd != -1)
			start(&readers[i], fd);
	}
}

static void between_steps(void)
{
	log_reader_drain();
	child_heartbeat_working();
}

void log_reader_open(void (*handler)(const struct log_frame *frame))
{
	on_frame = handler;
	count = scoreboard_sizes()->slots;
	arena = arena_new();
	readers = arena_alloc(arena, count * sizeof(*readers));
	list_init(&lively);
	timer_setup(&pause_over, on_pause_over);
	for (uint32_t i = 0; i < count; i++) {
		event_setup(&readers[i].event, -1, on_readable);
		list_init(&readers[i].link);
		text_init(&readers[i].rest);
	}
	log_reader_update();
	long_work_open(between_steps);
}

void log_reader_drain(void)
{
	for (uint32_t i = 0; i < count; i++) {
		while (readers[i].event.fd != -1 && read_pipe(&readers[i]))
			;
	}
}

bool log_reader_all_ended(void)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i != scoreboard_own() && readers[i].event.fd != -1)
			return false;
	}
	return true;
}

void log_reader_close(void)
{
	long_work_open(NULL);
	timer_cancel(&pause_over);
	for (uint32_t i = 0; i < count; i++) {
		event_forget(&readers[i].event);
		text_close(&readers[i].rest);
	}
	arena_free(arena);
	arena = NULL;
	readers = NULL;
	count = 0;
}
