/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Backends and the set that a service chooses from. A backend is immutable and
 * counted: sessions and the set hold it. Its cell in shared memory holds what
 * changes: how many sessions, up or down. backend_usable() is the only place
 * that says whether a backend may be given a session.
 */
#ifndef PROXY_BACKEND_H
#define PROXY_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/config.h"
#include "core/handle.h"
#include "core/scoreboard.h"

struct arena;
struct service;
struct session_row;

struct backend {
	struct arena              *arena;	/* owns the struct and conf */
	const struct backend_conf *conf;
	const char                *name, *address;	/* the latter as printed */
	const char                *shown;	/* in log lines: the address, or a name HOST:PORT */
	struct handle              handle;
	uint32_t                   references;
};

struct backend_set {
	uint32_t         count, room;
	struct backend **list;	/* file order */
};

/*
 * What one session has ruled out, and the row that says what it holds. Grows only when
 * dialling fails.
 */
struct choice {
	struct session_row *row;
	uint32_t           *tried;	/* backend indexes; NULL */
	uint16_t            count, room;
};

struct backend *backend_new(struct arena *arena, const struct backend_conf *conf,
			    struct handle handle);
void backend_hold(struct backend *b);
void backend_release(struct backend *b);	/* the last one frees it */

/* Sessions that it has now, of all workers. */
static inline uint32_t backend_sessions(const struct backend *b)
{
	return active_count(backend_active(b->handle.index));
}

bool backend_usable(const struct service *service, uint32_t i, const struct choice *choice);

/* Some would be usable, had they not max_connections sessions. When backend_take() found none. */
bool backends_full(const struct service *service, const struct choice *choice);

/*
 * For balancers: counts a session on the i-th backend if its count is still
 * `seen` (what the choice was made by), and notes it in the row. false: moved.
 */
bool backend_claim(const struct service *service, uint32_t i, uint32_t seen,
		   const struct choice *choice) MUST_CHECK;

/* Chooses and counts; NULL when none is usable. Held for the session. */
struct backend *backend_take(struct service *service, struct choice *choice) MUST_CHECK;
/* Gives the count back and releases it. */
void backend_give(struct backend *b, struct session_row *row);

/* false: out of memory. */
bool choice_add(struct choice *choice, const struct backend *b) MUST_CHECK;
bool choice_has(const struct choice *choice, const struct backend *b);
void choice_close(struct choice *choice);

#endif
