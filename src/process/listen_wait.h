/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listening addresses that a start could not bind, and that are not the configuration file's: the
 * API had added them. They are no reason to refuse a start; listen_retry.c binds them later.
 */
#ifndef PROCESS_LISTEN_WAIT_H
#define PROCESS_LISTEN_WAIT_H

#include <stdbool.h>

#include "core/addr.h"
#include "process/kind.h"

struct listen_wait {
	const char *path;	/* of the listener's object */
	struct addr addr;
	const char *why;	/* it could not be bound; NULL: it is bound now */
};

/*
 * With this called, every address of a service is like one that the API has added: the
 * configuration of this start is itself a state file (shuttle_state).
 */
void listen_wait_for_all(bool all);
/*
 * `l` cannot be bound. true: it waits. `started` false: it is the start that cannot. Afterwards
 * only what waits already goes on to wait: a change that brings a taken address is refused.
 */
bool listen_wait_add(const struct kind_listener *l, bool started, const char *why) MUST_CHECK;
/* The address is bound, and a change has put it in force. */
void listen_wait_bound(const struct addr *addr);

/* The next one from `from` on, which is set to the one behind it; NULL: no more. */
const struct listen_wait *listen_wait_next(size_t *from);
/* Forgets the addresses that are bound, or that `config` does not have any more. */
void listen_wait_sweep(const struct config *config);

#endif
