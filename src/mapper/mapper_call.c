/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/mapper_call.h"

#include <string.h>

#include "core/slab.h"
#include "event/event.h"
#include "mapper/mapper_streams.h"
#include "mapper/script_keys.h"

#define CALLS_MOST 100000

static struct slab slab;
static uint32_t count;

struct mapper_call *mapper_call_new(const struct script_frame *f, struct slice key,
				    uint64_t worker)
{
	struct mapper_call *call;

	if (slab.size == 0)
		slab_init(&slab, sizeof(*call));
	if (key.len > sizeof(call->key) || count == CALLS_MOST)
		return NULL;
	call = slab_take(&slab);
	if (call == NULL)
		return NULL;
	count++;
	list_init(&call->link);
	call->script = f->script;
	call->arrived_ms = loop_now();
	call->worker = worker;
	call->hash = script_keys_hash(key);
	call->id = f->call;
	call->len = (uint16_t)key.len;
	if (key.len != 0)
		memcpy(call->key, key.data, key.len);
	return call;
}

void mapper_call_drop(struct mapper_call *call)
{
	list_unlink(&call->link);
	slab_give(&slab, call);
	count--;
}

void mapper_call_answer(struct mapper_call *call, enum script_status status, uint32_t generation,
			struct slice answer)
{
	struct script_frame f = { .kind = SCRIPT_FRAME_ANSWER, .status = (uint16_t)status,
				  .call = call->id, .generation = generation,
				  .script = call->script };

	mapper_streams_send(call->worker, &f, answer);
	mapper_call_drop(call);
}
