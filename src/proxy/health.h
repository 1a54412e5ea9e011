/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a backend is up: one word in its cell, changed by compare-and-swap, so that the process
 * whose change succeeds logs it, once. Workers report failed dials of sessions, the control
 * process reports results of checks and probes.
 */
#ifndef PROXY_HEALTH_H
#define PROXY_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/scoreboard.h"

struct backend;
struct service;
struct slice;

/*
 * A dial has failed with the errno `error`. Counts it; with passive marking, the last of
 * `passive.failures` in a row marks the backend down. Logs the sentences of tcp_fallback. `key`:
 * what the session asked for, NULL where its protocol has no keys.
 */
void health_dial_failed(struct service *s, struct backend *b, const struct slice *key, int error);
void health_dial_succeeded(struct backend *b);

/* true: this call has changed the state. Keeps since, downtime and changes; does not log. */
bool health_set(struct backend *b, enum health to);
enum health health_of(const struct backend *b);
/* After `b` went down or came up: logs that the service is down, or is up again, if it is so. */
void health_log_service(const struct service *s, const struct backend *b);
/* Milliseconds since the backend went down; 0 while it is up. */
uint64_t health_downtime(const struct backend *b);
uint64_t health_cell_downtime(const struct backend_cell *cell);

#endif
