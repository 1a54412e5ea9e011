/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs that a service with `when_empty: wait` stops and starts to accept. Workers find out by
 * themselves, each for its own clients (proxy/accept_wait.h); this process looks at all of them a
 * few times a second, so that a change is logged once. What was logged last stands in the cell.
 */
#ifndef ADMIN_SERVICE_WAITS_H
#define ADMIN_SERVICE_WAITS_H

struct change_op;

void service_waits_open(void);
void service_waits_close(void);
void service_waits_prepare(const struct change_op *op);
void service_waits_commit(void);
void service_waits_abort(void);

#endif
