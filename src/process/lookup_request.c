/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/lookup_request.h"

#include <string.h>

#include "core/base.h"
#include "core/text.h"
#include "process/change_answer.h"
#include "process/children.h"
#include "process/kind.h"
#include "process/message.h"

#define OPEN_MOST 64	/* requests that wait; whoever makes them has no more either */

static uint32_t open_ids[OPEN_MOST];
static unsigned open_count;

/* false: nobody waits for it. */
static bool remove_id(uint32_t id)
{
	for (unsigned i = 0; i < open_count; i++) {
		if (open_ids[i] != id)
			continue;
		open_ids[i] = open_ids[--open_count];
		return true;
	}
	return false;
}

void lookup_request_take(uint32_t id, enum message_kind kind, struct slice value)
{
	struct message_resolve m = { .id = id };
	struct text bytes;

	if (message_rule(kind, MESSAGE_FROM_MASTER, sizeof(m) + value.len) == NULL ||
	    open_count == OPEN_MOST || children_count(KIND_RESOLVES) == 0) {
		change_answer_turn_away(id, "the resolver process takes no requests now");
		return;
	}
	open_ids[open_count++] = id;
	text_init(&bytes);
	text_append(&bytes, &m, sizeof(m));
	text_append(&bytes, value.data, value.len);
	children_send(KIND_RESOLVES, kind, bytes.data, bytes.len);
	text_close(&bytes);
}

void lookup_request_done(const struct child *c, struct slice message)
{
	struct message_resolved m;
	struct text text;

	memcpy(&m, message.data, sizeof(m));
	if (!kind_has(c->kind, KIND_RESOLVES) || !remove_id(m.id))
		return;
	text_init(&text);
	change_answer_send(&m.id, 1, m.outcome <= REQUEST_UNAVAILABLE
			   ? (enum request_outcome)m.outcome : REQUEST_UNAVAILABLE, &text);
	text_close(&text);
}

void lookup_request_lost(const struct child *c)
{
	if (!kind_has(c->kind, KIND_RESOLVES))
		return;
	while (open_count > 0)
		change_answer_turn_away(open_ids[--open_count], "the resolver process has ended");
}

void lookup_request_forget(void)
{
	open_count = 0;
}
