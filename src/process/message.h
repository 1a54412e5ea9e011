/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between the master and its children. One row per message: its name, the bytes that
 * its payload has at least and at most, and who may send it, so that no handler ever gets one that
 * is too short, too long or from the wrong sender. Children never send to each other. Both ends are
 * the same binary: payloads are plain structs.
 */
#ifndef PROCESS_MESSAGE_H
#define PROCESS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "process/message_request.h"

enum message_kind {
	MESSAGE_NONE,
	MESSAGE_OPERATION,	/* change_codec.h; with descriptors for a new address */
	MESSAGE_PREPARE,	/* message_number: were all operations of this change understood? */
	MESSAGE_COMMIT,		/* message_commit */
	MESSAGE_ABORT,		/* message_number */
	MESSAGE_PERSIST,	/* message_number: write the change to disk; all have prepared it */
	/* Both: message_number, a round << 32 | the id of an address. */
	MESSAGE_ACCEPT_WAITING,	/* to workers: accept what waits, now */
	MESSAGE_CLOSE_ADDRESS,	/* it was shut down: close its copies */
	MESSAGE_SLOTS,		/* workers came or went */
	MESSAGE_RELOADED,	/* the file was read again, and all of it is in force */
	MESSAGE_DESCRIPTORS,	/* message_number: how many a process may need from now on */
	MESSAGE_DRAIN,		/* message_number: milliseconds, 0 for ever */
	MESSAGE_STOP,
	MESSAGE_LOG_FILE,	/* message_number: config_logs_id(); with its descriptor */
	MESSAGE_LOGS,		/* all log files have been sent: use these */
	MESSAGE_FILES,		/* bytes of the files of its kind: kind_files.h */
	MESSAGE_RESULT,		/* message_result, its ids, and a text */
	MESSAGE_RESOLVE,	/* message_resolve, and a name; none: all */
	MESSAGE_FORGET,		/* the same, with what REQUEST_FORGET has */
	MESSAGE_ITEM,		/* the same, with what REQUEST_ITEM has */
	MESSAGE_READY,
	MESSAGE_PREPARED,	/* message_answer */
	MESSAGE_COMMITTED,	/* message_answer */
	MESSAGE_PERSISTED,	/* message_answer */
	MESSAGE_ADDRESS_DONE,	/* message_number: as in the one of those two that it answers */
	MESSAGE_REQUEST,	/* message_request, a path, a value */
	MESSAGE_RESOLVED,	/* message_resolved: what one of those three wanted is done */
	MESSAGE_NAMES,		/* what a name stands for: names_codec.h */
	MESSAGE_KINDS
};

#define MESSAGE_WHY 184	/* bytes of a reason */

struct message_number {
	uint64_t number;
};

struct message_commit {
	uint64_t change, serial;
	char     by[MESSAGE_BY];
};

struct message_answer {
	uint64_t change;
	uint32_t ok;
	char     why[MESSAGE_WHY];	/* a sentence when not ok, terminated by NUL */
};

/* Who has sent it, or-ed; requesters request changes, namers send what names stand for. */
enum { MESSAGE_FROM_MASTER = 1, MESSAGE_FROM_CHILD = 2, MESSAGE_FROM_REQUESTER = 4,
       MESSAGE_FROM_NAMER = 8 };

struct message_rule {
	const char *name;
	size_t      min, max;	/* bytes of the payload */
	unsigned    senders;	/* any of them may */
};

/*
 * The rule of a message of `size` bytes that a sender (what it is, or-ed) has sent. NULL: `kind`
 * is unknown, the sender may not send it, or the payload is too short or too long.
 */
const struct message_rule *message_rule(unsigned kind, unsigned sender, size_t size);
/* false: the sender may not send `kind`, or not with `size` bytes or more. */
bool message_may_grow(unsigned kind, unsigned sender, size_t size);

#endif
