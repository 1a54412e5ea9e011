/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One change on its way through the children: told, prepared, committed,
 * confirmed. One at a time. A child that is silent holds nobody up: what it was
 * sent is in order, so it prepares and commits once it turns again; one that
 * dies has confirmed.
 */
#ifndef PROCESS_TRANSACTION_H
#define PROCESS_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct change_op;
struct child;
struct message_answer;
struct text;

struct transaction_watch {
	/*
	 * All have prepared, or are silent. Not ok: `why` says who could not. Commit or abort
	 * now.
	 */
	void (*prepared)(bool ok, const char *why);
	/* All have confirmed the commit, or are silent: transaction_silent() names them. */
	void (*confirmed)(void);
};

void transaction_open(void);
bool transaction_busy(void);
bool transaction_preparing(void);	/* until it is decided no child may be started */

void transaction_begin(const struct transaction_watch *watch);
void transaction_tell(const struct change_op *op);
void transaction_prepare(void);
uint64_t transaction_commit(uint64_t serial);	/* its number, for transaction_settled() */
void transaction_abort(void);
/* A change that is being prepared fails at once: `why` is the reason. Otherwise nothing. */
void transaction_give_up(const char *why);
/* What the last change takes in a child's queue: being so far behind is no fault. */
size_t transaction_bytes(void);

/* Whether every child that lives has confirmed change `number`. */
bool transaction_settled(uint64_t number);
/* Who has not confirmed the last change, a line each; nothing when all have. */
void transaction_silent(struct text *out);

void transaction_answered(struct child *c, bool committed, const struct message_answer *answer);
void transaction_joined(struct child *c);	/* just started, with what is in force */
void transaction_lost(void);			/* a child died */

#endif
