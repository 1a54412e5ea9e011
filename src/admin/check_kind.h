/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of checks: one row each in check_kinds.c, and a file each. The connection to the backend is
 * made by probe.c; a kind says what follows, and ends with probe_pass() or probe_fail().
 */
#ifndef ADMIN_CHECK_KIND_H
#define ADMIN_CHECK_KIND_H

#include <stdbool.h>
#include <stddef.h>

struct conf_section;
struct probe;

#define CHECK_WHY 160	/* bytes of a reason */
#define CHECK_ABOUT 128	/* bytes of what was checked: "http 10.0.1.11:8008/ready" */
#define CHECK_KEPT 65536	/* bytes of an answer that a kind keeps */

/* The result of a check. */
struct check_outcome {
	bool passed;
	bool local;		/* this machine could not: it says nothing about the backend */
	char why[CHECK_WHY];	/* a sentence when it has not passed: "connection refused" */
};

struct check_kind {
	const char *name, *aliases;	/* words of `check: {type: ...}` */
	const struct conf_section *section;	/* directives of its own; NULL */
	bool connects_only;	/* connects and closes */
	/* Each of these may be NULL: it has none. `own` is the struct of its directives. */
	const char *(*problem)(const void *own);	/* why they cannot stand together */
	const char *(*target)(const void *own);		/* follows the address in sentences */
	const char *(*pattern)(const void *own);	/* the expression of probe.h */
	/* Connected. NULL: that is all, it has passed. */
	void (*connected)(struct probe *p);
	/* The connection is readable or writable, as conn.h has it. */
	void (*ready)(struct probe *p, unsigned ready);
	/* Connected, and its time is over. NULL: that is a failure to connect. */
	void (*timed_out)(struct probe *p);
};

const struct check_kind *check_kind_at(int row);
/* The kind by which a backend that traffic has marked is looked at. */
const struct check_kind *check_kind_passive(void);

#endif
