/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses where services send their figures (`fastrouter_stats`), in the control process.
 * Their sockets are those of own_sockets.h.
 */
#ifndef ADMIN_FASTROUTER_LISTEN_H
#define ADMIN_FASTROUTER_LISTEN_H

#include <stdint.h>

#include "process/kind.h"

struct change_op;
struct config;

void fastrouter_listen_open(void);
void fastrouter_listen_close(void);	/* ends all connections */

/* For struct process_kind: every address of the configuration. */
void fastrouter_listen_configured(const struct config *config, kind_listen *listen, void *arg);

/* Only looks at the operation: whether something of it is about these addresses. */
void fastrouter_listen_prepare(const struct change_op *op);
/* After own_sockets_commit(), with what is in force now. */
void fastrouter_listen_commit(const struct config *config);
void fastrouter_listen_close_address(uint32_t id);	/* the master has shut it down */

#endif
