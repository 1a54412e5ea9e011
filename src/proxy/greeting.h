/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client sends before its session has a backend: the bytes are collected until the
 * protocol has seen enough of them. Knows nothing of sessions, and neither reads nor writes.
 */
#ifndef PROXY_GREETING_H
#define PROXY_GREETING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"
#include "proxy/protocol.h"

struct kept;

/* Once per worker; opens body.h, too. */
void greeting_open(void);

/* `answered` is called by greeting_answer(). NULL: out of memory. */
struct greeting *greeting_new(const struct protocol *protocol, void *owner,
			      void (*answered)(struct greeting *g, enum greet answer)) MUST_CHECK;
/* NULL: nothing. */
void greeting_free(struct greeting *g);

/*
 * More bytes of the client have come. READY: *bytes is what is left of them for the backend, in
 * front of it comes what is left in `kept`. Else *bytes are in `kept` now, at most most bytes in
 * all, and *bytes is empty; BAD: g->over and g->why say why.
 */
enum greet greeting_feed(struct greeting *g, struct kept *kept, struct slice *bytes) MUST_CHECK;

/* How many bytes may be read next; 0: more cannot be kept, buffer_memory is used up. */
uint32_t greeting_room(const struct greeting *g);

/*
 * For protocols: notes a variable of the request for the log. What does not fit is left out, and
 * so is a value with a NUL in it.
 */
void greeting_keep_variable(struct greeting *g, struct slice name, struct slice value);
/* Whether protocols read for whom the client speaks although no log line says it. */
void greeting_want_client(bool wanted);
bool greeting_client_wanted(void);
/* For protocols, after GREET_WAIT and not from within greet(): READY or BAD. */
void greeting_answer(struct greeting *g, enum greet answer);
/* What greeting_answer() called has decided: `kept` has what is left. BAD where the key is bad. */
enum greet greeting_finish(struct greeting *g, struct kept *kept, enum greet answer) MUST_CHECK;

#endif
