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
	/*
	 * The processes that write changes to disk have done so, or `why` not. Commit or abort now.
	 * `why` ends with the call.
	 */
	void (*persisted)(bool ok, const char *why);
	/* All have confirmed the commit, or are silent: transaction_silent() names them. */
	void (*confirmed)(void);
};

void transaction_open(void);
bool transaction_busy(void);
bool transaction_preparing(void);	/* until it is decided no child may be started */

void transaction_begin(const struct transaction_watch *watch);
void transaction_send(const struct change_op *op);
void transaction_prepare(void);
/* All have prepared. false: nobody writes to disk, and persisted() is not called. */
bool transaction_persist(void);
/* Its number, for transaction_confirmed(). `by`: who made it, "file" or "api NAME". */
uint64_t transaction_commit(uint64_t serial, const char *by);
void transaction_abort(void);
/* A change that is being prepared fails at once: `why` is the reason. Otherwise nothing. */
void transaction_give_up(const char *why);

/* Whether every child that lives has confirmed change `number`. */
bool transaction_confirmed(uint64_t number);
/* Who has not confirmed the last change, a line each; nothing when all have. */
void transaction_silent(struct text *out);

void transaction_answered(struct child *c, bool committed, const struct message_answer *answer);
void transaction_persisted(struct child *c, const struct message_answer *answer);
void transaction_joined(struct child *c);	/* just started, with what is in force */
void transaction_lost(void);			/* a child died */

#endif
