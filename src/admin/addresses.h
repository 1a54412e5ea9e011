/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listening addresses in the control process: those that it accepts from, of the API
 * (admin_listen.c) and of figures of services (fastrouter_listen.c), and those of services, which
 * it only shows (listening.c).
 */
#ifndef ADMIN_ADDRESSES_H
#define ADMIN_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "process/kind.h"

struct change_op;
struct config;

void addresses_open(void);
void addresses_stop(void);	/* of figures: nobody is served any more */
void addresses_close(void);

/* For struct process_kind: every address that it accepts from under the configuration. */
void addresses_configured(const struct config *config, kind_listen *listen, void *arg);

/* For struct child_role. Prepare: false: it is not about an address. */
bool addresses_prepare(const struct change_op *op);
void addresses_commit(const struct config *config);	/* what is in force now */
void addresses_abort(void);
void addresses_close_one(uint32_t id);

#endif
