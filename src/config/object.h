/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configured objects, and the table of their kinds: everything that is done with a configuration
 * (load, check, compare, print, give out cells, send to processes) is a loop over that table. An
 * object is immutable and counted: the configurations before and after a change share all that
 * the change does not touch. It is one piece of memory with no pointer out of it.
 */
#ifndef CONFIG_OBJECT_H
#define CONFIG_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/conf.h"
#include "core/handle.h"
#include "core/slice.h"

struct config_file;
struct item;

enum object_cell { CELL_NONE, CELL_SERVICE, CELL_BACKEND, CELL_ROUTE /* as a backend's */ };

/*
 * Processes that get the objects of a kind. A process kind has one of these bits, or one of its
 * own: then it gets what all processes get. TOLD_STATE gets every kind.
 */
enum { TOLD_WORKERS = 1, TOLD_CONTROL = 2, TOLD_RESOLVER = 4, TOLD_STATE = 8, TOLD_MAPPER = 16 };
#define TOLD_ADDRESSES (1 << 15)	/* of a process kind: listening addresses too */
#define TOLD_ALL (TOLD_ADDRESSES - 1)

struct object_kind {
	const char *name, *plural;	/* "backend", "backends": in messages and in summaries */
	const char *section;		/* key of the mapping that has them, below their parent */
	const struct object_kind  *parent;	/* NULL: the root, which is there once */
	const struct conf_section *conf;	/* directives */
	enum object_cell cell;
	unsigned         told;		/* TOLD_... */
	bool             counted;	/* in the summary of a load */
	bool             resources;	/* the master opens something for it: sockets, log files */
	/*
	 * Reads what stands at `section` (NULL: nothing) below `parent`, whose place is `place`.
	 * NULL: item_read_named().
	 */
	void (*read)(struct config_file *file, const struct object_kind *kind, struct item *parent,
		     const struct node *section, const struct conf_place *place);
	/* Directives have been bound, children come next: sets what follows. NULL: nothing. */
	void (*finish)(const struct config_file *file, struct item *item);
	bool             inherits;	/* from `defaults` */
	bool             ordered;	/* the place among its siblings means something */
	bool             unnamed;	/* its section is a list; names are made from values */
	bool             single;	/* its section is the mapping of the only one */
	bool             listens;	/* its struct begins with a struct listen_conf */
	bool             unprinted;	/* -T shows it in the objects that inherit from it */
	/* One like that is listed in the parent's own directives, as a part of them. NULL: none. */
	bool (*listed)(const struct item *parent, const void *conf);
	/* Everything has been read: tells what cannot be, or was hardly meant. */
	void (*check)(const struct config_file *file, const struct item *item,
		      const struct conf_place *place);
	/* The same against this system: users, groups, folders. NULL: nothing. */
	void (*check_system)(const struct config_file *file, const struct item *item,
			     const struct conf_place *place);
	const char *also_changes;	/* that beside its directives; NULL: nothing does */
	/* -T: one of them behind its indentation. NULL: a block of its directives. */
	void (*print)(const struct item *item, struct text *out);
	const char *(*script)(const void *conf);	/* a file for mapper processes, or NULL */
	/* For the sentence about one that came or went: its address. NULL: nothing. */
	const char *(*describe)(const void *conf, char *buf, size_t size);
};

#define OBJECT_KINDS_MAX 16
/* Parents before their children, in the order of -T. NULL at the end. */
extern const struct object_kind *const object_kinds[];
unsigned object_kind_index(const struct object_kind *kind);
const struct object_kind *object_kind_at(unsigned index);	/* NULL: none has it */
/* The kind whose section below `parent` is called `key`; NULL: none. */
const struct object_kind *object_kind_below(const struct object_kind *parent, struct slice key);

struct object {
	const struct object_kind *kind;
	const char   *name;		/* unique among those of its kind below its parent */
	const char   *key;		/* "backends/one": section, a slash and its name */
	const void   *conf;		/* kind->conf says which struct */
	const char   *file;		/* where it was written; NULL: in no file */
	unsigned      line, column;
	uint32_t      order;		/* place among its siblings, from 0 */
	struct handle handle, parent;	/* cells: HANDLE_NONE before they are given out, or never */
	uint32_t      references;
	uint32_t      era;		/* of the process that made it */
	uint32_t      size;		/* bytes, all of it */
};

/* What an object is made from; strings are copied. */
struct object_source {
	const char *name, *file;
	unsigned    line, column;
	uint32_t    order;
	const void *conf;
};

struct object *object_new(const struct object_kind *kind, const struct object_source *source);
/* An object that was inherited by fork belongs to all processes: both leave it alone. */
struct object *object_hold(struct object *object);
void object_release(struct object *object);	/* NULL is allowed */
void object_inherit(void);	/* right after fork: all objects that there are are the parent's */

/* An error about it, with the line where it was written. `path`: what the message is about. */
void object_fail(const struct object *object, struct conf_errors *errors, const char *path,
		 const char *why);

/* Whether its directives say what the struct `conf` of the same kind says, byte by byte. */
bool object_equals(const struct object *object, const void *conf);

uint64_t object_hash(const struct object *object);	/* of its name, place and directives */

/* An object as bytes for another process of the same program, and back. NULL: not readable. */
void object_pack(const struct object *object, struct text *out);
struct object *object_unpack(struct slice bytes);

#endif
