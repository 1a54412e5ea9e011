/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GET /_v1/stats: everything that the shared memory knows, under the names of
 * formats.md. Backends are written one by one, so that ten thousand cost no
 * more memory than their text.
 */
#ifndef ADMIN_STATS_H
#define ADMIN_STATS_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

#include "core/handle.h"

struct http_request;
struct service;

void stats_serve(struct http_request *r, const char *rest);
void stats_serve_service(struct http_request *r, const char *rest);

/* An array with an object for every process. */
json_t *stats_processes(void);
/* Sums over all processes that are or were. */
json_t *stats_counters(void);
/* One service, without its backends. */
json_t *stats_service(const struct service *s);
/* One backend; `position` is its place in its service. */
json_t *stats_backend(const struct service *s, uint32_t position);

/* A wall clock time in milliseconds as text; null for 0. */
json_t *stats_time(uint64_t wall_ms);
/* With so many steps per unit: 1000 cuts after three digits. */
json_t *stats_rounded(double value, double steps);

static inline uint64_t stats_load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

#endif
