/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sockets of one listening address: as many as there are workers. When a reload asks for
 * more workers, the group grows; it never shrinks, because closing a socket resets the clients
 * that wait in it. Which addresses there are is addresses.c's.
 */
#ifndef PROCESS_ADDRESS_GROUP_H
#define PROCESS_ADDRESS_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"
#include "process/change.h"

struct address;

/*
 * Binds what the group lacks of `count` sockets; they do not listen yet, so that a proposal that
 * is withdrawn resets nobody. false: nothing has changed, and `why` names the call and the cause.
 */
bool address_group_grow(struct address *a, unsigned count, char *why, size_t size) MUST_CHECK;
/* Closes what address_group_grow() has bound. */
void address_group_withdraw(struct address *a);
/* What was bound listens. A failure is logged: the other sockets of the group serve. */
void address_group_listen(struct address *a);
/* What children are sent: all sockets of the proposal (`whole`), or those that were added. */
struct change_address address_group_sockets(const struct address *a, bool whole);

#endif
