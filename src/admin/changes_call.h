/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One change that a client of the API wants: a call. What it does is evaluated when its turn has
 * come, against the configuration that the calls before it make: no two can miss each other.
 */
#ifndef ADMIN_CHANGES_CALL_H
#define ADMIN_CHANGES_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "config/config_edit.h"

struct changes_call;
struct http_request;

enum changes_outcome {
	CHANGES_APPLIED,	/* every process uses it; it is on disk if there is a state file */
	CHANGES_UNCHANGED,	/* nothing differed */
	CHANGES_VALID,		/* dry run: it would be applied */
	CHANGES_UNCONFIRMED,	/* in force and on disk; a process has not confirmed it in time */
	CHANGES_INVALID,	/* from here on nothing has changed: it cannot be */
	CHANGES_CONFLICT,	/* an address is in use, or two objects want the same */
	CHANGES_NOT_DURABLE,	/* it could not be written to disk */
	CHANGES_UNAVAILABLE,	/* heddle stops, or too many changes wait */
};

struct changes_result {
	enum changes_outcome outcome;
	uint64_t             generation;	/* in force */
	/* Of {path, message, expected, got, nearest}; empty: none. The receiver copies it. */
	json_t              *errors;
	const char          *detail;		/* sentences of the master, lines; "" */
	/*
	 * Around this call: what it changed is the difference. The same when nothing changed. New
	 * objects in `after` have no cells: these are in model_config().
	 */
	const struct config *before, *after;
	const struct config_diff *diff;		/* its rows; their texts are sentences for people */
};

struct changes_handlers {
	/*
	 * The turn of the call has come, maybe not for the first time: what it does is against
	 * `now`. Adds edits. false: it has answered the client itself, and the call is over.
	 */
	bool (*build)(struct changes_call *call, const struct config *now);
	/*
	 * What it makes of `before` can be. false: it has answered the client itself, because it
	 * should not be. NULL: nothing to look at.
	 */
	bool (*check)(struct changes_call *call, const struct config_diff *diff,
		      const struct config *before, const struct config *after);
	/* Answers the client. Not called when the client has gone. */
	void (*done)(struct changes_call *call, const struct changes_result *result);
};

struct http_request *changes_call_request(const struct changes_call *call);
void *changes_call_arg(const struct changes_call *call);
/* Lives as long as the call; what build() allocates in it stays when it is called again. */
struct arena *changes_call_arena(const struct changes_call *call);
/* For errors of build(): with any, the call is CHANGES_INVALID. */
struct conf_errors *changes_call_errors(struct changes_call *call);
/* An edit more. Path and tree live in the call's arena. */
void changes_call_edit(struct changes_call *call, const struct config_edit *edit);
/* For build(): forgets the edits and errors that there are. */
void changes_call_restart(struct changes_call *call);

/* For changes.c. */
struct changes_call *changes_call_new(struct http_request *r,
				      const struct changes_handlers *handlers, void *arg,
				      const char *by, bool dry_run);
void changes_call_free(struct changes_call *call);
enum changes_turn {
	CHANGES_GOES,	/* it is in force in `next` */
	CHANGES_OVER,	/* answered; the caller frees it. `next` is as it was */
	CHANGES_LATER,	/* the same, but not answered */
};

/*
 * Builds the call and puts it in force in `next`. `behind`: `next` has what is not in force yet and
 * may never be. So a call that changes nothing has to wait for that, and one that cannot be is
 * CHANGES_LATER: that it does not find what it names, say, could prove wrong.
 */
enum changes_turn changes_call_evaluate(struct changes_call *call, struct config *next,
					bool behind) MUST_CHECK;
/* Answers and frees it. It is in no list. */
void changes_call_finish(struct changes_call *call, enum changes_outcome outcome, json_t *errors,
			 const char *detail);

#endif
