/* SPDX-License-Identifier: BSD-2-Clause */
/* What the system reports about datagrams that were sent: ICMP errors, and why a call failed. */
#ifndef UDP_FANOUT_ERRORS_H
#define UDP_FANOUT_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

enum fanout_cause {
	FANOUT_REFUSED,		/* nobody listens there */
	FANOUT_UNREACHABLE,	/* no way there, or nobody answers on the link */
	FANOUT_FULL,		/* a queue of the system, or of a unix socket, is full */
	FANOUT_TOO_LONG,	/* longer than its kind of address takes */
	FANOUT_LOCAL,		/* an error of our own machine: descriptors, memory, rights */
	FANOUT_CAUSES
};

const char *fanout_errors_word(enum fanout_cause cause);	/* "refused" */

/* What became of the datagrams for one target. */
struct fanout_counts {
	uint64_t handed;		/* to the system */
	uint64_t reported;		/* of those, refused afterwards */
	uint64_t dropped[FANOUT_CAUSES];	/* those of `reported` too */
};

/* Asks the system to keep what comes back, for a socket of that family. */
void fanout_errors_enable(int fd, int family);
/*
 * What has come back since the last call, counted: `reported`, and `dropped` by cause. false:
 * nothing; else *cause is that of the last one.
 */
bool fanout_errors_read(int fd, struct fanout_counts *counts, enum fanout_cause *cause);
/* The cause that an errno of send() or connect() is. */
enum fanout_cause fanout_errors_cause(int error);

#endif
