/* SPDX-License-Identifier: BSD-2-Clause */
/* What is done to all sessions of this worker at once: after changes, at its end, every second. */
#ifndef PROXY_SESSION_ALL_H
#define PROXY_SESSION_ALL_H

#include <stdbool.h>

#include "core/base.h"
#include "core/handle.h"
#include "core/reason.h"

struct backend;
struct service;
struct settings;

/* Once per worker: room for worker_sessions, their buffers and pipes. false: out of memory. */
bool session_all_open(const struct settings *settings) MUST_CHECK;
/* `done` is called when the last one has ended; at once if there is none. */
void session_all_when_none(void (*done)(void));

/* Those of a service, of a backend, or (NULL) all: ended for `why`. */
void session_all_end(const struct service *service, const struct backend *backend,
		     enum reason why);
/* Of the backend, or, where its index is HANDLE_NONE, of the service: they were removed. */
void session_all_cut(struct handle service, struct handle backend);
/* Once a second: bytes are counted, keepalive of those that live longer, drain timeouts. */
void session_all_sweep(void);
/* After a change: limits and timeouts may be others, some may be with what leaves now. */
void session_all_changed(const struct settings *settings);
/* After a change of backends alone: sessions may be with what leaves. */
void session_all_backends_changed(void);

#endif
