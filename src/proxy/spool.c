/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/spool.h"

#include <errno.h>
#include <unistd.h>

#include "config/object.h"
#include "core/list.h"
#include "core/log.h"
#include "core/scoreboard.h"
#include "core/slab.h"
#include "event/event.h"
#include "event/work.h"
#include "os/temporary_file.h"
#include "proxy/spool_buffer.h"

enum spool_state {
	SPOOL_IDLE,
	SPOOL_FILLS,	/* has a buffer, which its owner fills */
	SPOOL_WAITS,	/* for a buffer: on the list */
	SPOOL_WRITES,	/* is with a thread */
};

struct spool {
	struct work      work;
	struct list      link;		/* of those that wait for a buffer */
	enum spool_state state;
	void           (*moved)(void *owner);
	void            *owner;		/* NULL: freed, as soon as no thread has it */
	/* Written by the thread while the state is SPOOL_WRITES. */
	int              fd;
	int              error;
	uint64_t         size;
	uint64_t         counted;	/* of it, in the statistics */
	const char      *folder;	/* until the file is open */
	struct object   *conf;		/* has the text */
	char            *buffer;
	size_t           len;
};

static struct slab spools;
static struct list waiting;
static struct deferred later;
static bool deferred;
static uint64_t stored;		/* bytes in files */

void spool_open(void)
{
	slab_init(&spools, sizeof(struct spool));
	list_init(&waiting);
	spool_buffer_open();
	stored = 0;
	deferred = false;
}

static void count(int64_t bytes)
{
	stored = (uint64_t)((int64_t)stored + bytes);
	counter_set(COUNTER_BODY_FILE_BYTES, stored);
}

/* Of those that wait each one is called once: whoever finds nothing to read gives it back. */
static void on_later(struct deferred *d)
{
	(void)d;
	deferred = false;
	while (!list_empty(&waiting) && spool_buffer_left()) {
		struct spool *s = container_of(waiting.next, struct spool, link);

		list_unlink(&s->link);
		s->state = SPOOL_IDLE;
		s->moved(s->owner);
	}
}

static void give_buffer(struct spool *s)
{
	spool_buffer_give(s->buffer);
	s->buffer = NULL;
	/* not from here: an owner that gives its buffer back at once would come to here again */
	if (!list_empty(&waiting) && !deferred) {
		deferred = true;
		loop_defer(&later, on_later);
	}
}

/* In a thread. */
static void write_all(struct spool *s)
{
	size_t done = 0;

	if (s->fd == -1)
		s->fd = temporary_file_open(s->folder);
	if (s->fd == -1) {
		s->error = errno;
		return;
	}
	while (done < s->len) {
		ssize_t n = pwrite(s->fd, s->buffer + done, s->len - done,
				   (off_t)(s->size + done));

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR) {
			s->error = n == 0 ? ENOSPC : errno;
			break;
		}
	}
	s->size += done;
}

static void on_run(struct work *w)
{
	write_all(container_of(w, struct spool, work));
}

/* A file of some size takes its time to be removed. */
static void on_close_run(struct work *w)
{
	struct spool *s = container_of(w, struct spool, work);

	close(s->fd);
	s->fd = -1;
}

static void drop(struct spool *s)
{
	if (s->conf != NULL)
		object_release(s->conf);
	count(-(int64_t)s->counted);
	slab_give(&spools, s);
}

static void on_closed(struct work *w)
{
	drop(container_of(w, struct spool, work));
}

static void close_file(struct spool *s)
{
	s->work.run = on_close_run;
	s->work.done = on_closed;
	if (s->fd != -1 && work_add(&s->work))
		return;
	if (s->fd != -1)
		close(s->fd);
	drop(s);
}

static void on_done(struct work *w)
{
	struct spool *s = container_of(w, struct spool, work);

	give_buffer(s);
	s->state = SPOOL_IDLE;
	if (s->fd != -1 && s->conf != NULL) {
		object_release(s->conf);
		s->conf = NULL;
	}
	count((int64_t)s->size - (int64_t)s->counted);
	s->counted = s->size;
	if (s->owner == NULL)
		close_file(s);
	else
		s->moved(s->owner);
}

struct spool *spool_new(const char *folder, struct object *conf, void (*moved)(void *owner),
			void *owner)
{
	struct spool *s = slab_take(&spools);

	if (s == NULL)
		return NULL;
	*s = (struct spool){ .moved = moved, .owner = owner, .fd = -1, .folder = folder,
			     .conf = conf };
	list_init(&s->link);
	if (conf != NULL)
		object_hold(conf);
	return s;
}

void spool_free(struct spool *s)
{
	s->owner = NULL;
	switch (s->state) {
	case SPOOL_WRITES:
		/* what has not begun need not be written any more */
		if (!work_cancel(&s->work))
			return;
		give_buffer(s);
		break;
	case SPOOL_FILLS:
		give_buffer(s);
		break;
	case SPOOL_WAITS:
		list_unlink(&s->link);
		break;
	case SPOOL_IDLE:
		break;
	}
	close_file(s);
}

bool spool_busy(const struct spool *s)
{
	return s->state == SPOOL_WAITS || s->state == SPOOL_WRITES;
}

int spool_error(const struct spool *s)
{
	return s->state == SPOOL_WRITES ? 0 : s->error;
}

char *spool_take(struct spool *s, size_t *room)
{
	CHECK(s->state == SPOOL_IDLE);
	*room = SPOOL_BUFFER;
	s->buffer = spool_buffer_take();
	if (s->buffer != NULL) {
		s->state = SPOOL_FILLS;
	} else if (spool_buffer_used()) {
		s->state = SPOOL_WAITS;
		list_append(&waiting, &s->link);
	} else {
		s->error = ENOMEM;
	}
	return s->buffer;
}

void spool_put(struct spool *s, size_t len)
{
	CHECK(s->state == SPOOL_FILLS && len <= SPOOL_BUFFER);
	if (len == 0) {
		give_buffer(s);
		s->state = SPOOL_IDLE;
		return;
	}
	s->len = len;
	s->state = SPOOL_WRITES;
	s->work.run = on_run;
	s->work.done = on_done;
	if (work_add(&s->work))
		return;
	s->error = errno;
	give_buffer(s);
	s->state = SPOOL_IDLE;
}

int spool_file(const struct spool *s)
{
	CHECK(!spool_busy(s));
	return s->fd;
}

uint64_t spool_size(const struct spool *s)
{
	CHECK(!spool_busy(s));
	return s->size;
}
