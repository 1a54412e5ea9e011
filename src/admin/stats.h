/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET /_v1/stats: processes, services and backends as the shared memory has them.
 * Backends are written one by one, so that ten thousand need no more memory than their text.
 */
#ifndef ADMIN_STATS_H
#define ADMIN_STATS_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

#include "core/cell_rows.h"
#include "core/handle.h"

struct backend;
struct http_request;
struct route_captures;
struct service;

void stats_serve(struct http_request *r, const struct route_captures *captures);
void stats_serve_service(struct http_request *r, const struct route_captures *captures);

/* An array with an object for every process. */
json_t *stats_processes(void);
/* Sums over all processes since the start, those that have ended included. */
json_t *stats_counters(void);
/* The state file; null when there is none. */
json_t *stats_state(void);
/* One service, without its backends. */
json_t *stats_service(const struct service *s);
/* One backend; `position` is its place in its service. */
json_t *stats_backend(const struct service *s, uint32_t position);
/* A name that has no addresses; NULL: it has some, which are in the set. */
json_t *stats_group(const struct service *s, const struct backend *group);

/* The counters of one group of a service's or a backend's cell. */
void stats_cell(json_t *o, const struct cell_row *table, enum cell_group group,
		const void *cell);
/* An integer, or with a divisor a real number. */
json_t *stats_divided(uint64_t stored, unsigned divisor);
/* A wall clock time in milliseconds as text; null for 0. */
json_t *stats_time(uint64_t wall_ms);
/* Rounded to 1/`steps`: 1000 keeps three decimals. */
json_t *stats_rounded(double value, double steps);

static inline uint64_t stats_load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

/* What the resolver process reports: an object with "resolver", "fanouts". */
json_t *stats_report(void);
/* Its members, each behind a comma. */
void stats_report_write(struct http_request *r);

#endif
