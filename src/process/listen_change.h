/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes to the listening addresses. A new configuration is proposed (its new addresses are
 * bound), then accepted or withdrawn; what it does not have is closed by listen_close.c.
 */
#ifndef PROCESS_LISTEN_CHANGE_H
#define PROCESS_LISTEN_CHANGE_H

#include <stdbool.h>

#include "core/base.h"

struct addr;
struct change_op;
struct conf_errors;
struct config;
struct node;
struct process_kind;

/*
 * Binds what is new; objects have their handles. All errors are told with their lines, and then
 * nothing has changed. `tree` (NULL: none) has the lines of what is no object. An address that is
 * being closed and listens still is taken back.
 */
bool listen_change_propose(const struct config *config, const struct node *tree,
			   struct conf_errors *errors) MUST_CHECK;
void listen_change_withdraw(void);
/* What children are sent of the proposal: calls `send` for each new or moved address. */
void listen_change_announce(void (*send)(const struct change_op *op));
/* The sockets that the proposal adds to open addresses begin to listen. Before the commit. */
void listen_change_listen(void);
/*
 * The proposal is in force: new addresses are open, kept ones follow their new settings,
 * others are closed.
 */
void listen_change_accept(void);

/*
 * Sockets of an address that workers do not share, under this configuration: as many as it has
 * workers, or more, when there were more: a socket that clients wait in is not closed.
 */
unsigned listen_change_group(const struct config *config);
/* The same for an address that processes of that kind accept from. */
unsigned listen_change_sockets(const struct config *config, const struct process_kind *kind,
			       const struct addr *addr);

#endif
