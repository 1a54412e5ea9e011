/* SPDX-License-Identifier: BSD-2-Clause */
/* The payloads of requests that children make, and of their results. */
#ifndef PROCESS_MESSAGE_REQUEST_H
#define PROCESS_MESSAGE_REQUEST_H

#include <stdint.h>

#define MESSAGE_BY 64	/* bytes of who made a change: "file", "api NAME"; ends with NUL */

/* What a child may request of the master. */
enum request_verb {
	REQUEST_RELOAD,	/* read the file again; no value */
	REQUEST_EDIT,	/* message_edits, and edits: config_edit_codec.h */
	REQUEST_RESOLVE,	/* a name, or nothing for all names: resolve it now */
	REQUEST_FORGET,	/* a subscription server, a slash, a key: its announced nodes go */
	REQUEST_ITEM,	/* message_item, and its texts: an item of a cache is set, or goes */
	REQUEST_VERBS
};

#define MESSAGE_VALUE_MAX (24u << 20)	/* bytes: a whole configuration */

struct message_request {
	uint32_t id;		/* of the child's choice: the result names it */
	uint32_t verb;		/* enum request_verb; a value follows */
};

#define MESSAGE_NAME_MAX 330	/* bytes of a name to resolve, or of what to forget */

struct message_resolve {
	uint32_t id;		/* of the request */
};

struct message_resolved {
	uint32_t id;
	uint32_t outcome;	/* enum request_outcome; UNCHANGED: no such thing */
};

/* The name of a cache, a key and a value follow; the value has the rest of the bytes. */
struct message_item {
	uint64_t end_ms;	/* clock_wall_ms() that it ends at, 0 for never */
	uint32_t name, key;	/* bytes of each */
	uint32_t removes;	/* 1: there is no value, and it goes if it is a live one */
};

#define MESSAGE_ITEM_MAX (sizeof(struct message_item) + 255 + 255 + 15000)

struct message_edits {
	uint64_t serial;	/* of the configuration that they were made for; another: stale */
	char     by[MESSAGE_BY];
};

enum request_outcome {
	REQUEST_APPLIED,	/* every process uses it; it is on disk if there is a state file */
	REQUEST_UNCHANGED,	/* nothing differed */
	REQUEST_UNCONFIRMED,	/* in force and on disk; a process has not confirmed it yet */
	REQUEST_REFUSED,	/* from here on nothing has changed: it cannot be */
	REQUEST_CONFLICT,	/* an address is in use, or there is no room */
	REQUEST_STALE,		/* made for another configuration than the one in force */
	REQUEST_NOT_DURABLE,	/* it could not be written to disk */
	REQUEST_UNAVAILABLE,	/* heddle stops, too many wait, a process could not take it */
};

/*
 * One message for all requests with the same result: a long text is queued once. The text: lines
 * for people; errors of edits are a JSON array.
 */
struct message_result {
	uint32_t outcome;	/* enum request_outcome */
	uint32_t count;		/* of the ids (uint32_t) that follow */
	uint64_t serial;	/* in force now */
};

#endif
