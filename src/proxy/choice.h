/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One session's way to a backend: what it has ruled out, and the functions that balancers choose
 * with. choice_usable() is the only place that says whether a backend may be given a session.
 */
#ifndef PROXY_CHOICE_H
#define PROXY_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct backend;
struct service;
struct session_row;

/* `tried` grows only when dialling fails. */
struct choice {
	struct session_row *row;	/* says what the session holds */
	const struct slice *key;	/* of the session's greeting; NULL: it has none */
	uint32_t           *tried;	/* cells of backends, and of nodes; NULL */
	uint16_t            count, room;
	uint16_t            route;	/* only backends of that route; ROUTE_ANY */
};

#define ROUTE_ANY UINT16_MAX

/* Whether the i-th backend of the service may be given the session now. */
bool choice_usable(const struct service *service, uint32_t i, const struct choice *choice);

/*
 * After choice_take() found none: a backend would be usable if it did not have max_connections
 * sessions.
 */
bool choice_full(const struct service *service, const struct choice *choice);

/* A session that came now would find a backend: one that is full counts as well. */
bool choice_any(const struct service *service);

/*
 * For balancers: counts a session on the i-th backend if its count is still
 * `seen` (what the choice was made by), and notes it in the row. false: moved.
 */
bool choice_claim(const struct service *service, uint32_t i, uint32_t seen,
		  const struct choice *choice) MUST_CHECK;

/* Counts a session on a backend that no balancer has chosen. */
void choice_count(const struct choice *choice, const struct backend *b);

/* Chooses and counts; NULL when none is usable. Held for the session until backend_give(). */
struct backend *choice_take(struct service *service, struct choice *choice) MUST_CHECK;

/* Rules a backend out. false: out of memory. */
bool choice_add(struct choice *choice, const struct backend *b) MUST_CHECK;
bool choice_has(const struct choice *choice, const struct backend *b);
/* The subscribed node with that cell is ruled out. */
bool choice_has_node(const struct choice *choice, uint32_t cell);
void choice_close(struct choice *choice);

#endif
