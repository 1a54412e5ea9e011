/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of the listening addresses that the master keeps, and their sockets. They outlive
 * workers and reloads; children hold copies. listen_change.c puts addresses in, listen_close.c
 * takes them out.
 */
#ifndef PROCESS_LISTEN_TABLE_H
#define PROCESS_LISTEN_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/handle.h"
#include "core/list.h"
#include "event/event.h"
#include "os/listen_path.h"
#include "process/kind.h"

struct arena;

enum listen_state {
	LISTEN_PROPOSED,	/* bound for a change that is not decided yet */
	LISTEN_OPEN,
	LISTEN_CLOSING,	/* listen_close.c has it */
	LISTEN_RESUMED,	/* was closing; a change that is not decided yet wants it again */
};

struct listen_address {
	struct list   link;		/* all of them, in the order of the configuration */
	struct slice  key;		/* the address, printed */
	struct list   same;		/* those with the same key */
	struct arena *arena;		/* owns this */
	uint32_t      id;
	struct addr   addr;
	enum listen_state state;
	bool          incomplete;	/* a worker started while it closed: it has no copies */
	struct handle service;
	const struct process_kind *kind;	/* its processes accept from it */
	struct kind_listener use;	/* as in force; objects are held; conf NULL: nobody's */
	bool          shared;
	unsigned      count;		/* sockets: one for each process, or one for all */
	int          *fds;
	unsigned      room, next_count;	/* of fds; how many the proposed configuration wants */
	struct listen_path path;	/* of a unix socket, to know it again */
	/* what the proposed configuration makes of it, not held; conf NULL: not in it */
	const struct process_kind *next_kind;
	struct kind_listener next;
	/* listen_close.c's */
	struct list   closing;		/* those in LISTEN_CLOSING */
	struct timer  timer;
	unsigned      stage;
	uint32_t      round;		/* of the message that children were sent last about it */
	bool          shut;		/* nobody can connect any more; it has no sockets here */
};

/* The one that clients can connect to; NULL: none. */
struct listen_address *listen_table_at(const struct addr *addr);
/* A unix socket that is open, and that nobody can connect to: its path was removed. */
bool listen_table_lost(const struct addr *addr);
struct listen_address *listen_table_find(uint32_t id);	/* NULL: it is not there any more */
/* The one behind `a`, or (NULL) the first. NULL: there are no more. */
struct listen_address *listen_table_next(struct listen_address *a);
#define LISTEN_TABLE_EACH(a) (a) = listen_table_next(NULL); (a) != NULL; (a) = listen_table_next(a)

void listen_table_add(struct listen_address *a);	/* gives it its id */
/* The path of a unix socket is removed from the file system, if it still is this socket's. */
void listen_table_unlink(struct listen_address *a);
/* The sockets of this process; copies in others stay open. */
void listen_table_close_sockets(struct listen_address *a);
/* NULL: it is nobody's any more. Holds its objects. */
void listen_table_set_use(struct listen_address *a, const struct kind_listener *use);
void listen_table_remove(struct listen_address *a);	/* closed, and freed */
/* Sockets of ours overlap `addr`, and no others do: SO_REUSEPORT takes nothing from anybody. */
bool listen_table_overlaps(const struct addr *addr);
/* Whether the socket with that inode, which listens on `local`, is one of ours. */
bool listen_table_is_own(const struct addr *local, uint64_t inode);

/* In a child of that kind: all sockets that it does not accept from. */
void listen_table_close_copies(const struct process_kind *kind);
/* A child was started: it gets no copies of what is being closed, unless that is resumed. */
void listen_table_forked(void);

#endif
