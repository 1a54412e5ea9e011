/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening addresses of this worker. All sockets belong to the master, and every worker has
 * copies of all descriptors. A worker watches the sockets of its own number, and those of workers
 * that are gone, hang, drain or pause: no client waits in a queue that nobody serves.
 */
#ifndef PROXY_LISTENERS_H
#define PROXY_LISTENERS_H

#include <stdbool.h>
#include <stdint.h>

#include "process/kind.h"

struct change_op;
struct config;

/* In the master, for the row of the process kind: the listeners of all services. */
void listeners_configured(const struct config *config, kind_listen *listen, void *arg);

void listeners_open(void);
/* false: the operation is about an object. */
bool listeners_prepare(const struct change_op *op);
void listeners_commit(void);
void listeners_abort(void);

/* The address is being closed: accepts the clients that wait, until there is none. */
void listeners_accept_waiting(uint32_t id);
/* The master has shut the address down: closes this worker's copies of its sockets. */
void listeners_close(uint32_t id);
/* Everything that stays open is open: sets how many sessions are accepted at most. */
void listeners_begin(uint32_t worker_sessions);
/* No more accepting, for good (drain, stop). */
void listeners_stop(void);
/* Decides again which sockets to watch: workers have come, gone, paused or resumed. */
void listeners_update(void);

#endif
