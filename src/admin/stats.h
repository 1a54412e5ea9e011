/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET /_v1/stats: processes, services and backends as the shared memory has them.
 * Thousands of backends are written in slices: see long_answer.h.
 */
#ifndef ADMIN_STATS_H
#define ADMIN_STATS_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/cell_rows.h"
#include "core/json_writer.h"

struct backend;
struct http_request;
struct route_captures;
struct service;

void stats_serve(struct http_request *r, const struct route_captures *captures);
void stats_serve_service(struct http_request *r, const struct route_captures *captures);

/* The members about heddle as a whole. */
void stats_top(struct json_writer *w);
/*
 * The next process from slot *slot on, as an item of an array; *slot is behind it. false: there is
 * no other. What the system knows of a process takes long to read.
 */
bool stats_process(struct json_writer *w, uint32_t *slot) MUST_CHECK;
/* Sums over all processes since the start, those that have ended included. */
void stats_counters(struct json_writer *w);
/* The state file; null when there is none. */
void stats_state(struct json_writer *w);

/* The members of one service, without its backends. */
void stats_service(struct json_writer *w, const struct service *s);
void stats_routes(struct json_writer *w, const struct service *s);	/* a part of it */
/* Those of one backend; `position` is its place in its service. */
void stats_backend(struct json_writer *w, const struct service *s, uint32_t position);
/* Those of a name that has no addresses. */
void stats_group(struct json_writer *w, const struct service *s, const struct backend *group);

/* The counters of one group of a service's or a backend's cell. */
void stats_cell(struct json_writer *w, const struct cell_row *table, enum cell_group group,
		const void *cell);
/* A value: an integer, or with a divisor (a power of ten) a real number. */
void stats_divided(struct json_writer *w, uint64_t stored, unsigned divisor);
/* A value: a wall clock time in milliseconds as text; null for 0. */
void stats_time(struct json_writer *w, uint64_t wall_ms);
/* A value, rounded to 1/`steps`: 1000 keeps three decimals. */
void stats_rounded(struct json_writer *w, double value, unsigned steps);

static inline uint64_t stats_load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

/* A member. */
static inline void stats_count(struct json_writer *w, const char *name, uint64_t value)
{
	json_writer_put_integer(w, name, (int64_t)value);
}

/* What the resolver process reports: an object with "resolver", "fanouts". */
json_t *stats_report(void);
/* Its members. */
void stats_report_write(struct json_writer *w);

#endif
