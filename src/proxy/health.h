/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a backend is up: the one word in its cell, moved by compare-and-swap
 * so that each change is logged once, by whoever made it. Workers report what
 * real traffic met, the control process what its checks and probes found.
 */
#ifndef PROXY_HEALTH_H
#define PROXY_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/scoreboard.h"

struct backend;
struct service;

/*
 * A dial failed. `error` is the errno of it. Counts the error; marks the
 * backend down when passive marking is on and it was the last of
 * `passive.failures` in a row. Logs tcp_fallback's sentences.
 */
void health_dial_failed(struct service *s, struct backend *b, int error);
void health_dial_succeeded(struct service *s, struct backend *b);

/*
 * Which kind an errno is; -1: our own machine's (descriptors, memory, ports,
 * permissions): nobody is marked.
 */
int health_dial_error(int error);

/* "connection refused": the words of logs and stats. */
const char *health_error_text(int error);

/*
 * Moves the word; true when this call changed it. Keeps since, downtime and changes.
 * Does not log.
 */
bool health_set(struct backend *b, enum health to);
enum health health_of(const struct backend *b);
/* After `b` went down or came up: logs when it was the last, or is the first. */
void health_tell_service(const struct service *s, const struct backend *b);
/* Milliseconds it has been down; 0 while up. */
uint64_t health_downtime(const struct backend *b);

#endif
