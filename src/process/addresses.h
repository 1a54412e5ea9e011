/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening addresses that the master keeps, and their sockets. A new
 * configuration is proposed (its new addresses are bound), then accepted or
 * withdrawn. They outlive workers and reloads; children hold copies.
 */
#ifndef PROCESS_ADDRESSES_H
#define PROCESS_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/handle.h"
#include "core/id_table.h"
#include "core/list.h"
#include "event/event.h"
#include "process/change.h"
#include "process/socket_path.h"

struct cells;
struct config;
struct conf_errors;
struct listen_conf;
struct service_conf;

enum address_state {
	ADDRESS_PROPOSED,	/* bound for a change that is not decided yet */
	ADDRESS_OPEN,
	ADDRESS_RETIRING,	/* retire.c has it */
	ADDRESS_RESUMED,	/* was retiring; a change that is not decided yet wants it again */
	ADDRESS_SHUT,		/* nobody can connect; the children have to let go of it */
};

struct address {
	struct list   link;		/* all of them, in the order of the configuration */
	struct list   chain;		/* those with the same hash */
	struct id_link by_id;
	struct arena *arena;		/* owns this */
	uint32_t      id;
	struct addr   addr;
	enum address_state state;
	bool          incomplete;	/* a worker started while it retired: it has no copies */
	bool          released;	/* shut, and the children were told to let go of it */
	struct handle service;
	const struct service_conf *owner;	/* of the running configuration, */
	const struct listen_conf  *conf;	/* both; NULL once retiring */
	bool          shared;
	unsigned      count;		/* sockets: one for each worker, or one for all */
	int          *fds;
	unsigned      room, next_count;	/* of fds; how many the proposed configuration wants */
	struct socket_path path;	/* of a unix socket, to know it again */
	/* what the proposed configuration makes of it; next_conf NULL: not in it */
	struct handle next_service;
	const struct service_conf *next_owner;
	const struct listen_conf  *next_conf;
	/* retire.c's */
	struct timer  timer;
	unsigned      stage, answers;
	uint32_t      round;		/* in which the workers were asked last: answers name it */
};

/*
 * `retire` is called for an open address that the configuration has no more, and for one
 * that a change wanted again and then did not get; `resume` for one that retires and that a
 * change wants again. Both set the state.
 */
void addresses_open(void (*retire)(struct address *a), void (*resume)(struct address *a));
/* Binds what is new; all errors are told with their lines, and then nothing has changed. */
bool addresses_propose(const struct config *config, const struct cells *cells,
		       struct conf_errors *errors) MUST_CHECK;
void addresses_withdraw(void);
/* The sockets that the proposal adds to open addresses begin to listen. Before the commit. */
void addresses_listen_grown(void);
/*
 * The proposal is in force: new ones are open, kept ones follow their new settings,
 * others retire.
 */
void addresses_accept(void);

/* What children are told of the proposal: calls `tell` for each new or moved address. */
void addresses_announce(void (*tell)(const struct change_op *op));

bool addresses_reachable(const struct addr *addr);	/* some client can connect to it */
/* A unix socket that is open, and that nobody can connect to: its path was removed. */
bool addresses_lost(const struct addr *addr);

struct list *addresses_all(void);	/* of struct address.link */
void addresses_add(struct address *a);	/* gives it its id; address_close() takes it out */
struct address *addresses_find(uint32_t id);	/* NULL: not there any more */
size_t addresses_fds(void);		/* how many descriptors they have */
/*
 * Sockets of an address that workers do not share, under this configuration: as many as it has
 * workers, or more, when there were more: a socket that clients wait in is not closed.
 */
unsigned addresses_group(const struct config *config);

/* The path of a unix socket away, if it still is ours. */
void address_unlink(struct address *a);
void address_close(struct address *a);	/* and freed */
void addresses_close_copies(void);	/* in a child that does not accept */
/* A worker was started: what is on its way out is not given to it, unless it comes back. */
void addresses_forked(void);

#endif
