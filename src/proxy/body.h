/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The body of a request that is collected before a backend is chosen. A short one is kept in
 * memory behind the bytes that came before it (`kept`), a longer one goes to a temporary file
 * (spool.h). Reads the client, and knows nothing of sessions.
 */
#ifndef PROXY_BODY_H
#define PROXY_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_body.h"
#include "core/base.h"
#include "core/reason.h"

struct body;
struct conn;
struct kept;
struct object;

/* What the bodies of one service hold in this worker, in bytes. */
struct body_use {
	uint64_t memory, disk;
};

enum body_next {
	BODY_MORE,	/* nothing to read: wait for the client */
	BODY_BUSY,	/* do not read: `moved` will be called */
	BODY_WHOLE,	/* all of it is there */
	BODY_GONE,	/* the client has closed before */
	BODY_FAILED,	/* body_failure() says why */
};

enum body_sent {
	BODY_SENT,		/* all of it is in the socket */
	BODY_MOVED,
	BODY_STUCK,		/* the target takes no more */
	BODY_TARGET_FAILED,	/* errno */
	BODY_LOST,		/* errno: it cannot be read from its file */
};

/* Once per worker. */
void body_open(void);

/*
 * A body of `length` bytes. Those of it that `kept` has already stand behind the first `front`
 * bytes there; they must be fewer than length. `object` has the text conf->dir. `use` must stay
 * until body_free(). NULL: out of memory.
 */
struct body *body_new(const struct body_conf *conf, struct object *object, struct body_use *use,
		      struct kept *kept, uint32_t front, uint64_t length) MUST_CHECK;
void body_free(struct body *b);
/* `moved` is called with `owner` after BODY_BUSY, when body_read() has something to do again. */
void body_watch(struct body *b, void (*moved)(void *owner), void *owner);

/*
 * Reads what the client has sent, but not beyond the body. *ended: the client has finished, too.
 */
enum body_next body_read(struct body *b, struct conn *client, bool *ended) MUST_CHECK;
uint64_t body_missing(const struct body *b);	/* bytes that have not been read */
/* A thread is at work on it, or it waits for a buffer: the client is not to blame. */
bool body_busy(const struct body *b);

/* After BODY_FAILED: why the session ends; *why is a text that stays, *error an errno or 0. */
enum reason body_failure(const struct body *b, const char **why, int *error);
/* Loop clock in microseconds when it was whole. */
uint64_t body_whole_us(const struct body *b);

/* Sends what lies in a file; `kept` has been sent before. *n: bytes that went, 0 if none. */
enum body_sent body_send(struct body *b, struct conn *to, uint64_t *n) MUST_CHECK;

#endif
