/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes on their way to a temporary file without a name, which the threads of event/work.h open,
 * write and close: the event loop waits for none of it. The buffers in between are few and belong
 * to the process, so that any number of spools needs a fixed amount of memory; a spool that finds
 * no buffer waits for one. It knows nothing of sessions.
 */
#ifndef PROXY_SPOOL_H
#define PROXY_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base.h"

struct object;
struct spool;

/* Once per worker. */
void spool_open(void);

/*
 * A file in `folder`, a text of the object `conf`, which is held while the text is needed.
 * `moved` is called with `owner` when a spool that was busy is so no more. NULL: out of memory.
 */
struct spool *spool_new(const char *folder, struct object *conf, void (*moved)(void *owner),
			void *owner) MUST_CHECK;
/* Never waits: what a thread is doing with it goes on, and it is freed behind that. */
void spool_free(struct spool *s);

/* Bytes are being written, or it waits for a buffer. */
bool spool_busy(const struct spool *s);
/* Why the file could not be opened or written: errno; 0: it could. */
int spool_error(const struct spool *s);

/*
 * A buffer of *room bytes, to be filled and passed on by spool_put(). NULL: there is none now and
 * the spool is busy, or spool_error().
 */
char *spool_take(struct spool *s, size_t *room) MUST_CHECK;
/* The first `len` bytes of the buffer; 0: nothing came, the buffer goes back. */
void spool_put(struct spool *s, size_t len);

/* Not while it is busy. The descriptor stays its own; -1: nothing was written. */
int spool_file(const struct spool *s);
uint64_t spool_size(const struct spool *s);	/* bytes */

#endif
