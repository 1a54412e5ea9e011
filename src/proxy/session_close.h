/* SPDX-License-Identifier: BSD-2-Clause */
/* Closing both connections of a session, in good order or by a reset. */
#ifndef PROXY_SESSION_CLOSE_H
#define PROXY_SESSION_CLOSE_H

#include "core/reason.h"
#include "proxy/relay.h"

struct session;

/* Why a relay has failed. */
enum reason session_close_reason(const struct session *s, enum relay_status status);

/* A reset is passed on as one, and so is an end of ours: what is cut must not look whole. */
void session_close(struct session *s, enum reason why);
/* The same of its backend alone, while the client is told why. */
void session_close_backend(struct session *s);

#endif
