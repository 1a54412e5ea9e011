/* SPDX-License-Identifier: BSD-2-Clause */
/* What `log.level: debug` tells about each session. Costs a comparison when it is not asked for. */
#ifndef PROXY_SESSION_DEBUG_H
#define PROXY_SESSION_DEBUG_H

#include "core/reason.h"

struct service;
struct session;

void session_debug_skipped(const struct service *service);	/* the backends that are down */
void session_debug_connected(const struct session *s);
void session_debug_ended(const struct session *s, enum reason why);

#endif
