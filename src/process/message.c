/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of messages, and the one check that every received message passes. */
#include "process/message.h"

#include "core/base.h"
#include "process/change_codec.h"
#include "process/names_codec.h"

/* The master is trusted, and a change has any size. */
#define ANY_SIZE SIZE_MAX

#define MASTER MESSAGE_FROM_MASTER
#define CHILD MESSAGE_FROM_CHILD
#define REQUESTER MESSAGE_FROM_REQUESTER
#define NAMER MESSAGE_FROM_NAMER

#define EXACTLY(type) sizeof(type), sizeof(type)
#define REQUEST_MAX (sizeof(struct message_request) + MESSAGE_VALUE_MAX)

static const struct message_rule rules[MESSAGE_KINDS] = {
	[MESSAGE_OPERATION] = { "operation", CHANGE_CODEC_MIN, ANY_SIZE, MASTER },
	[MESSAGE_PREPARE] = { "prepare", EXACTLY(struct message_number), MASTER },
	[MESSAGE_COMMIT] = { "commit", EXACTLY(struct message_commit), MASTER },
	[MESSAGE_ABORT] = { "abort", EXACTLY(struct message_number), MASTER },
	[MESSAGE_PERSIST] = { "persist", EXACTLY(struct message_number), MASTER },
	[MESSAGE_ACCEPT_WAITING] = { "accept_waiting", EXACTLY(struct message_number), MASTER },
	[MESSAGE_CLOSE_ADDRESS] = { "close_address", EXACTLY(struct message_number), MASTER },
	[MESSAGE_SLOTS] = { "slots", 0, 0, MASTER },
	[MESSAGE_RELOADED] = { "reloaded", 0, 0, MASTER },
	[MESSAGE_DESCRIPTORS] = { "descriptors", EXACTLY(struct message_number), MASTER },
	[MESSAGE_DRAIN] = { "drain", EXACTLY(struct message_number), MASTER },
	[MESSAGE_STOP] = { "stop", 0, 0, MASTER },
	[MESSAGE_LOG_FILE] = { "log_file", EXACTLY(struct message_number), MASTER },
	[MESSAGE_LOGS] = { "logs", 0, 0, MASTER },
	[MESSAGE_FILES] = { "files", 0, ANY_SIZE, MASTER },
	[MESSAGE_RESULT] = { "result", sizeof(struct message_result), ANY_SIZE, MASTER },
	[MESSAGE_RESOLVE] = { "resolve", sizeof(struct message_resolve),
			      sizeof(struct message_resolve) + MESSAGE_NAME_MAX, MASTER },
	[MESSAGE_FORGET] = { "forget", sizeof(struct message_resolve),
			     sizeof(struct message_resolve) + MESSAGE_NAME_MAX, MASTER },
	[MESSAGE_ITEM] = { "item", sizeof(struct message_resolve) + sizeof(struct message_item),
			   sizeof(struct message_resolve) + MESSAGE_ITEM_MAX, MASTER },
	[MESSAGE_READY] = { "ready", 0, 0, CHILD },
	[MESSAGE_PREPARED] = { "prepared", EXACTLY(struct message_answer), CHILD },
	[MESSAGE_COMMITTED] = { "committed", EXACTLY(struct message_answer), CHILD },
	[MESSAGE_PERSISTED] = { "persisted", EXACTLY(struct message_answer), CHILD },
	[MESSAGE_ADDRESS_DONE] = { "address_done", EXACTLY(struct message_number), CHILD },
	[MESSAGE_REQUEST] = { "request", sizeof(struct message_request), REQUEST_MAX, REQUESTER },
	[MESSAGE_RESOLVED] = { "resolved", EXACTLY(struct message_resolved), CHILD },
	[MESSAGE_NAMES] = { "names", NAMES_CODEC_MIN, NAMES_CODEC_MAX, NAMER },
};

bool message_may_grow(unsigned kind, unsigned sender, size_t size)
{
	return kind < MESSAGE_KINDS && (rules[kind].senders & sender) != 0 &&
	       size <= rules[kind].max;
}

const struct message_rule *message_rule(unsigned kind, unsigned sender, size_t size)
{
	if (!message_may_grow(kind, sender, size) || size < rules[kind].min)
		return NULL;
	return &rules[kind];
}
