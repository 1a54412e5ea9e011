/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client itself, handed to its node: the descriptor goes with the packet over a unix socket,
 * and the node answers without a router between. Source of the form: the last paragraph of
 * Fastrouter.rst of uWSGI's documentation, and fr_instance_connected() of uWSGI 1.3, the last one
 * that did it; instances since 2013 do not read descriptors.
 */
#ifndef PROXY_SESSION_PASS_H
#define PROXY_SESSION_PASS_H

#include <stdbool.h>

#include "core/base.h"
#include "core/reason.h"

struct session;

/* Whether the session's service asks for it, and s->backend is at a unix socket. */
bool session_pass_wanted(const struct session *s);
/* Sends what the client has sent so far, which is kept, with its descriptor. Why it ends now. */
enum reason session_pass_client(struct session *s) MUST_CHECK;

#endif
