/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of process that the master keeps alive: one row each, in modules.c. Everything that
 * differs between them is in the row. Nobody asks which kind a process is, only what its row
 * says: a new kind is a file and a row.
 */
#ifndef PROCESS_KIND_H
#define PROCESS_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "config/object.h"
#include "core/scoreboard.h"

struct conf_errors;
struct config;
struct listen_conf;
struct node;
struct object;
struct settings;
struct text;

enum kind_trait {	/* or-ed */
	/* Descriptors that it inherits; in a process without the trait they are closed. */
	KIND_LOGS = 1 << 0,		/* log files and the log pipes of all: it writes the logs */
	KIND_CONTROL_SOCKET = 1 << 1,	/* the control socket */
	/* What it does, and what follows for the master. */
	KIND_NEIGHBOURS = 1 << 2,	/* is notified when processes come, go or hang */
	KIND_REQUESTS = 1 << 3,		/* may request changes, and gets the answers */
	KIND_SESSIONS = 1 << 4,		/* has session rows; their sessions are lost with it */
	KIND_NUMBERED = 1 << 5,		/* there are several: a slot's number is in their names */
	KIND_RESOLVES = 1 << 9,		/* resolves names; may send what names stand for */
	KIND_STATE = 1 << 8,		/* writes changes to disk before they are committed */
	KIND_RELOADS = 1 << 10,		/* is notified of each reload that is not refused */
	/* When it stops. Without either: when those that drain have ended. */
	KIND_DRAINS = 1 << 6,		/* first, and it finishes its sessions; WINCH as well */
	KIND_STOPS_LAST = 1 << 7,	/* when all others have ended */
};

/* An address that processes of one kind accept from. Its sockets are the master's. */
struct kind_listener {
	const struct listen_conf *conf;	/* for ever, or as long as `listener` */
	struct object *owner;		/* the service; NULL: the process itself */
	struct object *listener;	/* where it is configured; NULL: nowhere */
	bool           nodelay;
	/* without an owner: it is in `listen` of this section, at that place of the list */
	const char    *section;
	unsigned       index;
};

typedef void kind_listen(const struct kind_listener *listener, void *arg);

struct process_kind {
	const char *name;	/* "worker": process title, log prefix, stats */
	unsigned    traits;	/* enum kind_trait */
	unsigned    told;	/* TOLD_..., or-ed: operations that it is sent */
	unsigned    slots;	/* how many it has at most; 0: all that are left, for one kind */
	unsigned  (*count)(const struct config *config);
	/*
	 * In the master: calls `listen` for each address that the kind accepts from under that
	 * configuration. The sockets outlive its processes, which inherit them. NULL: none.
	 */
	void      (*listens)(const struct config *config, kind_listen *listen, void *arg);
	/*
	 * In the master: reads files that its processes need and may not be able to open, as bytes
	 * for role->files(). `tree` (NULL: none) has the lines. false: told. NULL: it needs none.
	 */
	bool      (*files)(const struct settings *settings, const struct node *tree,
			   struct text *out, struct conf_errors *errors);
	/*
	 * A file that its processes replace: they run as the owner of its folder where `user`
	 * cannot. NULL: they run as `user`.
	 */
	const char *(*replaces)(const struct config *config);
	/* In the child right after fork, with the master's privileges. NULL: nothing to do. */
	void      (*start)(const struct config *config);
	/* After they are gone. Opens the loop, calls child_serve(), runs; returns to exit(0). */
	void      (*run)(const struct config *config);
};

/* In the order in which they start. NULL at the end. */
extern const struct process_kind *const process_kinds[];

static inline bool kind_has(const struct process_kind *kind, unsigned traits)
{
	return (kind->traits & traits) != 0;
}

/* How many are wanted; never more than it has slots. */
unsigned kind_count(const struct process_kind *kind, const struct config *config);
/* Whether one with any of these traits is wanted. */
bool kind_wanted(unsigned traits, const struct config *config);
/* What a slot's `kind` is when a process of that kind is in it. */
unsigned kind_index(const struct process_kind *kind);
/* By what a slot says, which may be anything; NULL: empty, the master, or no kind at all. */
const struct process_kind *kind_at(unsigned index);
const char *kind_name(unsigned index);	/* also "none" and "master" */

/*
 * The slots of a kind, of `slots` in all. The master has slot 0; behind it are those of the kind
 * whose number is not fixed, so that the slot of a worker is its number everywhere; at the end
 * are the others, in the order of the table.
 */
struct kind_range {
	uint32_t first, count;
};
struct kind_range kind_slots(const struct process_kind *kind, uint32_t slots);
unsigned kind_slots_fixed(void);	/* of the master and of all kinds whose number is fixed */

#endif
