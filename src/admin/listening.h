/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening addresses of each service, for the stats. The master sends the sockets with the
 * addresses; this process has no use for them and closes them at once.
 */
#ifndef ADMIN_LISTENING_H
#define ADMIN_LISTENING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/handle.h"

struct change_op;

void listening_open(void);
void listening_close(void);

void listening_close_address(uint32_t id);	/* the master has closed it */

/* Keeps an operation on an address. false: it is about an object. */
bool listening_prepare(const struct change_op *op);
void listening_commit(void);
void listening_abort(void);

/* Calls `each` for every address of the service, in the order in which they were added. */
void listening_each(struct handle service, void (*each)(const struct addr *addr, void *arg),
		    void *arg);

#endif
