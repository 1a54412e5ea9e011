/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/body.h"

#include <errno.h>
#include <unistd.h>
#ifdef HAVE_SENDFILE
#include <sys/sendfile.h>
#endif

#include "core/scoreboard.h"
#include "core/slab.h"
#include "event/conn.h"
#include "proxy/kept.h"
#include "proxy/scratch.h"
#include "proxy/spool.h"

/* Reads in a row, before other sessions get theirs. */
#define TURNS 16
/* Bytes of one sendfile(): what fits into the largest socket buffers. */
#define SEND_MOST ((uint64_t)1024 * 1024)

struct body {
	struct spool    *spool;		/* NULL: it lies in `kept` */
	struct kept     *kept;
	struct body_use *use;
	void           (*moved)(void *owner);
	void            *owner;
	uint64_t         length;
	uint64_t         missing;	/* not read yet */
	uint64_t         disk;		/* of use->disk */
	uint64_t         max_disk;	/* 0: no limit */
	uint64_t         sent;		/* of what lies in the file */
	uint64_t         whole_us;
	uint32_t         front;
	bool             cut;		/* what `kept` had of it has left for the file */
	bool             too_much;	/* for max_disk */
	int              error;
};

static struct slab slab;
static uint64_t in_memory;

void body_open(void)
{
	slab_init(&slab, sizeof(struct body));
	in_memory = 0;
	spool_open();
}

static void count_memory(struct body *b, int64_t bytes)
{
	b->use->memory = (uint64_t)((int64_t)b->use->memory + bytes);
	in_memory = (uint64_t)((int64_t)in_memory + bytes);
	counter_set(COUNTER_BODY_MEMORY_BYTES, in_memory);
}

/*
 * Its place is taken for the whole length before a byte has come: many that have come in part
 * must not wait for each other. Where there is no place it goes to a file.
 */
static bool fits_in_memory(const struct body *b, const struct body_conf *conf)
{
	if (b->length > conf->memory || kept_full())
		return false;
	return conf->max_memory == 0 || b->use->memory + b->length <= conf->max_memory;
}

static void on_moved(void *owner)
{
	struct body *b = owner;

	b->moved(b->owner);
}

struct body *body_new(const struct body_conf *conf, struct object *object, struct body_use *use,
		      struct kept *kept, uint32_t front, uint64_t length)
{
	struct body *b = slab_take(&slab);

	if (b == NULL)
		return NULL;
	*b = (struct body){ .kept = kept, .use = use, .front = front, .length = length,
			    .missing = length - (kept_len(kept) - front),
			    .max_disk = conf->max_disk };
	if (fits_in_memory(b, conf)) {
		count_memory(b, (int64_t)length);
		return b;
	}
	b->spool = spool_new(conf->dir, object, on_moved, b);
	if (b->spool != NULL)
		return b;
	slab_give(&slab, b);
	return NULL;
}

void body_watch(struct body *b, void (*moved)(void *owner), void *owner)
{
	b->moved = moved;
	b->owner = owner;
}

void body_free(struct body *b)
{
	if (b->spool != NULL)
		spool_free(b->spool);
	else
		count_memory(b, -(int64_t)b->length);
	b->use->disk -= b->disk;
	slab_give(&slab, b);
}

static enum body_next fail(struct body *b, int error)
{
	b->error = error;
	return BODY_FAILED;
}

static enum body_next whole(struct body *b)
{
	b->whole_us = loop_now_us();
	return BODY_WHOLE;
}

/* One read of at most `room` bytes. BODY_WHOLE: *n bytes have come. */
static enum body_next read_some(struct body *b, struct conn *client, char *into, size_t room,
				size_t *n, bool *ended)
{
	if (*ended)
		return BODY_GONE;
	if (room > b->missing)
		room = (size_t)b->missing;
	switch (conn_read(client, into, room, n)) {
	case IO_OK:
		break;
	case IO_AGAIN:
		return BODY_MORE;
	default:
		return BODY_GONE;
	}
	b->missing -= *n;
	/* the end of the stream is reported once: nobody would read again to find it */
	*ended = conn_ended(client, *n, room);
	return *ended && b->missing != 0 ? BODY_GONE : BODY_WHOLE;
}

static enum body_next read_to_memory(struct body *b, struct conn *client, bool *ended)
{
	for (unsigned turn = 0; turn < TURNS && b->missing != 0; turn++) {
		size_t n = 0;
		enum body_next next = read_some(b, client, scratch(), SCRATCH_SIZE, &n, ended);

		if (next != BODY_WHOLE)
			return next;
		if (!kept_put(b->kept, scratch(), n))
			return fail(b, ENOMEM);
	}
	return b->missing == 0 ? whole(b) : BODY_MORE;
}

static enum body_next write_out(struct body *b, size_t n)
{
	if (b->max_disk != 0 && b->use->disk + n > b->max_disk) {
		b->too_much = true;
		n = 0;
	}
	b->disk += n;
	b->use->disk += n;
	spool_put(b->spool, n);
	if (b->too_much)
		return BODY_FAILED;
	return spool_busy(b->spool) ? BODY_BUSY : fail(b, spool_error(b->spool));
}

/* What came with the head leaves the memory first: it stands in front of the rest. */
static size_t cut(struct body *b, char *into, size_t room)
{
	size_t len = kept_len(b->kept), at = b->front;

	b->cut = true;
	if (len - at > room)
		at = len - room;	/* a few bytes stay, and are sent from there */
	return len > at ? kept_cut(b->kept, at, into) : 0;
}

static enum body_next read_to_file(struct body *b, struct conn *client, bool *ended)
{
	enum body_next next;
	size_t room, n = 0;
	char *buffer;

	if (b->max_disk != 0 && b->length > b->max_disk) {
		b->too_much = true;
		return BODY_FAILED;
	}
	if (spool_busy(b->spool))
		return *ended && b->missing != 0 ? BODY_GONE : BODY_BUSY;
	if (spool_error(b->spool) != 0)
		return fail(b, spool_error(b->spool));
	if (b->missing == 0)
		return whole(b);
	buffer = spool_take(b->spool, &room);
	if (buffer == NULL)
		return spool_busy(b->spool) ? BODY_BUSY : fail(b, spool_error(b->spool));
	if (!b->cut)
		n = cut(b, buffer, room);
	if (n != 0)
		return write_out(b, n);
	next = read_some(b, client, buffer, room, &n, ended);
	if (next == BODY_WHOLE)
		return write_out(b, n);
	spool_put(b->spool, 0);
	return next;
}

enum body_next body_read(struct body *b, struct conn *client, bool *ended)
{
	return b->spool == NULL ? read_to_memory(b, client, ended)
				: read_to_file(b, client, ended);
}

uint64_t body_missing(const struct body *b)
{
	return b->missing;
}

bool body_busy(const struct body *b)
{
	return b->spool != NULL && spool_busy(b->spool);
}

enum reason body_failure(const struct body *b, const char **why, int *error)
{
	*error = b->error;
	if (b->too_much) {
		*error = 0;
		*why = "its body does not fit into max_disk";
		return REASON_OUT_OF_DISK;
	}
	switch (b->error) {
	case ENOMEM:
	case EAGAIN:	/* no thread can be started */
		*why = "no memory for its body";
		return REASON_OUT_OF_MEMORY;
	case EMFILE:
	case ENFILE:
		*why = "no descriptor for the file of its body";
		return REASON_OUT_OF_DESCRIPTORS;
	default:
		*why = "the file of its body cannot be written";
		return REASON_OUT_OF_DISK;
	}
}

uint64_t body_whole_us(const struct body *b)
{
	return b->whole_us;
}

/* Through the scratch buffer: what the socket does not take is read again. */
static ssize_t send_copied(struct conn *to, int file, uint64_t from, uint64_t bytes)
{
	size_t room = bytes < SCRATCH_SIZE ? (size_t)bytes : SCRATCH_SIZE;
	ssize_t got = pread(file, scratch(), room, (off_t)from);

	return got > 0 ? send(to->event.fd, scratch(), (size_t)got, MSG_NOSIGNAL) : got;
}

static ssize_t send_some(struct conn *to, int file, uint64_t from, uint64_t bytes)
{
#ifdef HAVE_SENDFILE
	off_t at = (off_t)from;
	ssize_t put = sendfile(to->event.fd, file, &at, (size_t)bytes);

	/* EINVAL: not from a file system of this kind */
	if (put != -1 || errno != EINVAL)
		return put;
#endif
	return send_copied(to, file, from, bytes);
}

enum body_sent body_send(struct body *b, struct conn *to, uint64_t *n)
{
	uint64_t left = b->spool != NULL ? spool_size(b->spool) - b->sent : 0;
	ssize_t put;

	*n = 0;
	if (left == 0)
		return BODY_SENT;
	put = send_some(to, spool_file(b->spool), b->sent, left < SEND_MOST ? left : SEND_MOST);
	if (put > 0) {
		*n = (uint64_t)put;
		b->sent += *n;
		return *n == left ? BODY_SENT : BODY_MOVED;
	}
	if (put == 0)	/* the file has become shorter */
		errno = EIO;
	if (errno == EINTR)
		return BODY_MOVED;
	if (errno == EAGAIN || errno == EWOULDBLOCK) {
		event_drained(&to->event, EVENT_WRITE);
		return BODY_STUCK;
	}
	return errno == EIO ? BODY_LOST : BODY_TARGET_FAILED;
}
