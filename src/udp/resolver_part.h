/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The resolver process is a list of parts: DNS itself, and what uses names or datagrams. A part is
 * a row of functions as struct child_role has them; resolver.c calls them, in the order of its
 * table. All of it happens between two turns of the loop. A function that is NULL is not called.
 */
#ifndef UDP_RESOLVER_PART_H
#define UDP_RESOLVER_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"
#include "process/message.h"

struct change_op;
struct object_kind;
struct text;

struct resolver_part {
	const char *name;	/* of the member of the report: "resolver", "fanouts" */
	/* The loop is open, and the first operations come next. false: logged, the process ends. */
	bool (*open)(void);
	void (*close)(void);	/* the loop has ended: frees everything */
	/* Whether operations on objects of the kind are for it; several parts may take one. */
	bool (*takes)(const struct object_kind *kind);
	/*
	 * An operation on an object that it takes: it is kept for the commit, with a reference of
	 * its own (object_hold()). false: as in struct child_role.
	 */
	bool (*prepare)(const struct change_op *op, char *why);
	void (*commit)(uint64_t serial, const char *by);
	void (*abort)(void);
	/*
	 * An operation on an address. true: it is this part's, and so are its descriptors, and
	 * it is kept for the commit. An address of no part is closed.
	 */
	bool (*prepare_address)(const struct change_op *op);
	void (*accept_waiting)(uint32_t address);	/* of any part */
	void (*close_address)(uint32_t address);	/* of any part */
	/* false: it will call resolver_part_drained() when it has finished. NULL: it has. */
	bool (*drain)(uint64_t timeout_ms);
	/* The end, now. */
	void (*stop)(void);
	/* The master is gone, and so is this process when all parts have returned. */
	void (*orphaned)(void);
	/* What became of child_request(), of any part: it knows its ids. */
	void (*request_done)(uint32_t id, enum request_outcome outcome, uint64_t serial,
			     struct slice text);
	/* Resolve this name now, or all (empty), then child_resolved(). One part does it. */
	void (*resolve)(uint32_t id, struct slice name);
	/* As in struct child_role; one part does it. */
	void (*forget)(uint32_t id, struct slice what);
	void (*item)(uint32_t id, struct slice item);
	/*
	 * Appends its member of the report, a JSON object; resolver_report_changed() says that it
	 * has changed. NULL: it has none.
	 */
	void (*report)(struct text *out);
};

/* A new part is a file and a row there. NULL at the end. */
extern const struct resolver_part *const resolver_parts[];

/* A part has finished what drain() began. */
void resolver_part_drained(void);

#endif
