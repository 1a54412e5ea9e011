/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * On which addresses each service listens, for the stats. The sockets are of
 * no use here: the copies are closed as soon as they come.
 */
#ifndef ADMIN_LISTENING_H
#define ADMIN_LISTENING_H

#include <stdbool.h>

#include "core/addr.h"
#include "core/handle.h"

struct change_op;

void listening_open(void);
void listening_close(void);

/* Takes CHANGE_ADDRESS; false: not one. */
bool listening_prepare(const struct change_op *op);
void listening_commit(void);
void listening_abort(void);

/* Calls `each` for every address of the service, in the order in which they came. */
void listening_each(struct handle service, void (*each)(const struct addr *addr, void *arg),
		    void *arg);

#endif
