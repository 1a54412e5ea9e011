/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages between the master and its children. One row per message: its
 * name, the bytes that its payload has at least and at most, and the kinds of
 * process that may send it, so that no handler ever gets one that is too
 * short, too long or from the wrong sender. Children never send to each other.
 * Both ends are the same binary: payloads are plain structs.
 */
#ifndef PROCESS_MESSAGE_H
#define PROCESS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/layout.h"

enum message_kind {
	MESSAGE_NONE,
	/* one change_op: change_codec.h; with descriptors for a new address */
	MESSAGE_OPERATION,
	MESSAGE_PREPARE,	/* message_number: were all operations of this change understood? */
	MESSAGE_COMMIT,		/* message_commit */
	MESSAGE_ABORT,		/* message_number */
	MESSAGE_RETIRE,		/* message_number: a round << 32 | the id of an address */
	MESSAGE_SLOTS,		/* workers came or went */
	MESSAGE_DRAIN,		/* message_number: milliseconds, 0 for ever */
	MESSAGE_STOP,
	MESSAGE_LOG_FILE,	/* message_number: access_target_id(); with its descriptor */
	MESSAGE_LOGS,		/* all log files have been sent: use these */
	MESSAGE_RELOADED,	/* message_reloaded, its ids, and a text */
	MESSAGE_READY,
	MESSAGE_PREPARED,	/* message_answer */
	MESSAGE_COMMITTED,	/* message_answer */
	MESSAGE_RETIRED,	/* message_number: as in the MESSAGE_RETIRE that it answers */
	MESSAGE_ASK_RELOAD,	/* message_number: an id for the answer */
	MESSAGE_KINDS
};

struct message_number {
	uint64_t number;
};

struct message_commit {
	uint64_t change, serial;
};

struct message_answer {
	uint64_t change;
	uint32_t ok;
	uint32_t error;		/* errno when not ok */
};

/* One message for all who asked: a long text is queued once. */
struct message_reloaded {
	uint32_t applied;
	uint32_t count;		/* of the ids (uint32_t) that follow */
};

struct message_rule {
	const char *name;
	size_t      min, max;	/* bytes of the payload */
	unsigned    senders;	/* 1 << enum slot_kind, ored */
};

/*
 * The rule of a message of `size` bytes that a process of the kind `from` has sent. NULL: `kind`
 * is unknown, `from` may not send it, or the payload is too short or too long.
 */
const struct message_rule *message_rule(unsigned kind, enum slot_kind from, size_t size);
/* false: a process of the kind `from` may not send `kind`, or not with `size` bytes or more. */
bool message_may_grow(unsigned kind, enum slot_kind from, size_t size);

#endif
