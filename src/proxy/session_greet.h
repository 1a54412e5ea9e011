/* SPDX-License-Identifier: BSD-2-Clause */
/* The greeting of a session, where the protocol of its service begins with one. */
#ifndef PROXY_SESSION_GREET_H
#define PROXY_SESSION_GREET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "proxy/greeting.h"
#include "proxy/session_hand_over.h"	/* what may come of it */

struct session;

/*
 * Each gives what greeting_feed() does: READY with the rest in *bytes and behind it what is kept
 * in relay.up, or BAD with *why set. MORE and WAIT: nothing is left in *bytes.
 */

/* Makes s->greeting; false: out of memory. session_greet_first() does it, too. */
bool session_greet_open(struct session *s,
			void (*answered)(struct greeting *g, enum greet answer)) MUST_CHECK;
/* With the *bytes of the first read, which may be none. `answered` is called after WAIT. */
enum greet session_greet_first(struct session *s,
			       void (*answered)(struct greeting *g, enum greet answer),
			       struct slice *bytes, enum reason *why) MUST_CHECK;
/* Reads on; *bytes are in the scratch buffer. BAD also where the client has gone. */
enum greet session_greet_read(struct session *s, struct slice *bytes,
			      enum reason *why) MUST_CHECK;
/* After WAIT. */
enum greet session_greet_answered(struct session *s, enum greet answer,
				  enum reason *why) MUST_CHECK;

/*
 * A backend was chosen, and nothing was sent yet: makes the beginning of the greeting, which is
 * kept or else in *early, fit that backend.
 */
void session_greet_fit(struct session *s, struct slice early);

/* It is not read on: the answer of somebody else is waited for, or a thread. */
bool session_greet_waits(const struct session *s);
/* Sets the timer of the session to the end of greeting_timeout, where there is one. */
void session_greet_limit(struct session *s);
/*
 * Where the greeting is followed by a body that is buffered, all of these functions go on with
 * it, and READY comes when it is whole: session_greet_body.c, for session_greet.c. `early` has
 * what of it was read already; it is empty then.
 */
enum greet session_greet_body_begin(struct session *s, struct slice *early,
				    enum reason *why) MUST_CHECK;
enum greet session_greet_body_read(struct session *s, enum reason *why) MUST_CHECK;
void session_greet_body_limit(struct session *s);
bool session_greet_body_busy(const struct session *s);
/* It has a body that is buffered, and not sent. */
bool session_greet_body(const struct session *s);
/* The client has sent nothing for as long as the timer was set to: why the session ends. */
enum reason session_greet_body_over(struct session *s);
/* Its file cannot be read while it is sent: the same. */
enum reason session_greet_body_lost(const struct session *s);

/* The session ends. */
void session_greet_close(struct session *s);

#endif
