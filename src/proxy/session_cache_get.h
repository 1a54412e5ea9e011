/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of the remote cache protocol that change nothing: a worker reads the items itself, and
 * answers without the process that has the caches.
 */
#ifndef PROXY_SESSION_CACHE_GET_H
#define PROXY_SESSION_CACHE_GET_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct session;

/*
 * The packet, for the cache of that name. true: it was answered, be it by nothing, and the session
 * may end. false: it is for the other process.
 */
bool session_cache_get(struct session *s, struct slice cache, struct slice packet) MUST_CHECK;

#endif
