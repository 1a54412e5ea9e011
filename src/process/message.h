/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the master and its children say to each other. One row per message:
 * its name, the bytes its payload has at least, and who may send it, so that
 * no handler ever sees a short or an unexpected one. Children never talk to
 * each other. Both ends are the same binary: payloads are plain structs.
 */
#ifndef PROCESS_MESSAGE_H
#define PROCESS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	MESSAGE_RELOADED,	/* message_reloaded and a text */
	MESSAGE_READY,
	MESSAGE_PREPARED,	/* message_answer */
	MESSAGE_COMMITTED,	/* message_answer */
	MESSAGE_RETIRED,	/* message_number: as in the MESSAGE_RETIRE that it answers */
	MESSAGE_ASK_RELOAD,	/* message_number: an id for the answer */
	MESSAGE_KINDS
};

enum message_sender { SENDER_MASTER, SENDER_CHILD };

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

struct message_reloaded {
	uint32_t id, applied;
};

struct message_rule {
	const char         *name;
	size_t              size;	/* of the payload, at least */
	enum message_sender from;
};

/* NULL when `kind` is unknown, is not the sender's to send, or has too few bytes. */
const struct message_rule *message_rule(unsigned kind, enum message_sender from, size_t size);

#endif
