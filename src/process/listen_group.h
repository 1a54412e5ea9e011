/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sockets of one listening address: as many as there are workers. When a reload asks for
 * more workers, the group grows; it never shrinks, because closing a socket resets the clients
 * that wait in it. Which addresses there are is listen_table.c's.
 */
#ifndef PROCESS_LISTEN_GROUP_H
#define PROCESS_LISTEN_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "process/change.h"

struct listen_address;

/*
 * Binds what the group lacks of `count` sockets; they do not listen yet, so that a proposal that
 * is withdrawn resets nobody. false: nothing has changed, and `why` names the call and the cause.
 */
bool listen_group_grow(struct listen_address *a, unsigned count, char *why, size_t size) MUST_CHECK;
/* Closes what listen_group_grow() has bound. */
void listen_group_withdraw(struct listen_address *a);
/* What was bound listens. A failure is logged: the other sockets of the group serve. */
void listen_group_listen(struct listen_address *a);
/* What children are sent: all sockets of the proposal (`whole`), or those that were added. */
struct change_address listen_group_sockets(const struct listen_address *a, bool whole);

#endif
