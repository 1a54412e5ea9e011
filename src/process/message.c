/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of messages, and the one check that every received message passes. */
#include "process/message.h"

#include "core/base.h"
#include "process/change_codec.h"

/* The master is trusted, and a change has any size. */
#define ANY_SIZE SIZE_MAX

#define MASTER (1u << SLOT_MASTER)
#define WORKER (1u << SLOT_WORKER)
#define RESOLVER (1u << SLOT_RESOLVER)
#define CONTROL (1u << SLOT_CONTROL)
#define CHILD (WORKER | RESOLVER | CONTROL)

#define EXACTLY(type) sizeof(type), sizeof(type)

static const struct message_rule rules[MESSAGE_KINDS] = {
	[MESSAGE_OPERATION] = { "operation", CHANGE_CODEC_MIN, ANY_SIZE, MASTER },
	[MESSAGE_PREPARE] = { "prepare", EXACTLY(struct message_number), MASTER },
	[MESSAGE_COMMIT] = { "commit", EXACTLY(struct message_commit), MASTER },
	[MESSAGE_ABORT] = { "abort", EXACTLY(struct message_number), MASTER },
	[MESSAGE_RETIRE] = { "retire", EXACTLY(struct message_number), MASTER },
	[MESSAGE_SLOTS] = { "slots", 0, 0, MASTER },
	[MESSAGE_DRAIN] = { "drain", EXACTLY(struct message_number), MASTER },
	[MESSAGE_STOP] = { "stop", 0, 0, MASTER },
	[MESSAGE_LOG_FILE] = { "log_file", EXACTLY(struct message_number), MASTER },
	[MESSAGE_LOGS] = { "logs", 0, 0, MASTER },
	[MESSAGE_RELOADED] = { "reloaded", sizeof(struct message_reloaded), ANY_SIZE, MASTER },
	[MESSAGE_READY] = { "ready", 0, 0, CHILD },
	[MESSAGE_PREPARED] = { "prepared", EXACTLY(struct message_answer), CHILD },
	[MESSAGE_COMMITTED] = { "committed", EXACTLY(struct message_answer), CHILD },
	[MESSAGE_RETIRED] = { "retired", EXACTLY(struct message_number), WORKER },
	[MESSAGE_ASK_RELOAD] = { "ask_reload", EXACTLY(struct message_number), CONTROL },
};

bool message_may_grow(unsigned kind, enum slot_kind from, size_t size)
{
	return kind < MESSAGE_KINDS && (rules[kind].senders & 1u << from) != 0 &&
	       size <= rules[kind].max;
}

const struct message_rule *message_rule(unsigned kind, enum slot_kind from, size_t size)
{
	if (!message_may_grow(kind, from, size) || size < rules[kind].min)
		return NULL;
	return &rules[kind];
}
