/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of `log.level: debug` about each session. At other levels they cost a comparison. */
#ifndef PROXY_SESSION_DEBUG_H
#define PROXY_SESSION_DEBUG_H

#include "core/reason.h"

struct service;
struct session;

void session_debug_skipped(const struct service *service);	/* the backends that are down */
void session_debug_connected(const struct session *s);
void session_debug_ended(const struct session *s, enum reason why);

#endif
