/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP response that a client gets in place of one from a node, where error_response asks for
 * it: a web server takes an answer for one, and a closed connection for a router that has failed.
 */
#ifndef PROXY_SESSION_ANSWER_H
#define PROXY_SESSION_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/reason.h"
#include "proxy/session_close.h"	/* the other way to end */

struct session;

/*
 * The session is about to end for `why`. Sends the response, if there is one for it. true: the
 * client has not finished sending yet, and would lose the response if it were closed now; the
 * session becomes SESSION_ANSWERED, and session_answer_read() says when it may end.
 */
bool session_answer_begin(struct session *s, enum reason why);

/* The client of such a session has sent more, or has gone. true: it has finished. */
bool session_answer_read(struct session *s);
/* Why it ends, and the state in which that was decided: of any other session, that of now. */
enum reason session_answer_reason(const struct session *s);
uint8_t session_answer_phase(const struct session *s);

#endif
