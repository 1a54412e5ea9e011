/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of messages, and the one check that every received message passes. */
#include "process/message.h"

#include "core/base.h"
#include "process/change_codec.h"

static const struct message_rule rules[MESSAGE_KINDS] = {
	[MESSAGE_OPERATION] = { "operation", CHANGE_CODEC_MIN, SENDER_MASTER },
	[MESSAGE_PREPARE] = { "prepare", sizeof(struct message_number), SENDER_MASTER },
	[MESSAGE_COMMIT] = { "commit", sizeof(struct message_commit), SENDER_MASTER },
	[MESSAGE_ABORT] = { "abort", sizeof(struct message_number), SENDER_MASTER },
	[MESSAGE_RETIRE] = { "retire", sizeof(struct message_number), SENDER_MASTER },
	[MESSAGE_SLOTS] = { "slots", 0, SENDER_MASTER },
	[MESSAGE_DRAIN] = { "drain", sizeof(struct message_number), SENDER_MASTER },
	[MESSAGE_STOP] = { "stop", 0, SENDER_MASTER },
	[MESSAGE_LOG_FILE] = { "log_file", sizeof(struct message_number), SENDER_MASTER },
	[MESSAGE_LOGS] = { "logs", 0, SENDER_MASTER },
	[MESSAGE_RELOADED] = { "reloaded", sizeof(struct message_reloaded), SENDER_MASTER },
	[MESSAGE_READY] = { "ready", 0, SENDER_CHILD },
	[MESSAGE_PREPARED] = { "prepared", sizeof(struct message_answer), SENDER_CHILD },
	[MESSAGE_COMMITTED] = { "committed", sizeof(struct message_answer), SENDER_CHILD },
	[MESSAGE_RETIRED] = { "retired", sizeof(struct message_number), SENDER_CHILD },
	[MESSAGE_ASK_RELOAD] = { "ask_reload", sizeof(struct message_number), SENDER_CHILD },
};

const struct message_rule *message_rule(unsigned kind, enum message_sender from, size_t size)
{
	if (kind >= MESSAGE_KINDS || rules[kind].name == NULL)
		return NULL;
	if (rules[kind].from != from || size < rules[kind].size)
		return NULL;
	return &rules[kind];
}
