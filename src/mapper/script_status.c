/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_status.h"

#include "mapper/mapper_call.h"
#include "mapper/mapper_streams.h"
#include "mapper/script_struct.h"

static struct script_frame state_of(const struct script *s)
{
	return (struct script_frame){ .kind = SCRIPT_FRAME_STATE, .script = s->id,
				      .generation = s->generation,
				      .status = (uint16_t)(s->users != 0 ? s->state
									: SCRIPT_STATES) };
}

void script_status_send(const struct script *s, uint64_t worker)
{
	struct script_frame f = state_of(s);

	mapper_streams_send(worker, &f, slice_of(""));
}

void script_status_announce(const struct script *s)
{
	struct script_frame f = state_of(s);

	mapper_streams_send_all(&f);
}

void script_status_fail_queue(struct script *s)
{
	while (!list_empty(&s->queue))
		mapper_call_answer(container_of(s->queue.next, struct mapper_call, link),
				   SCRIPT_FAILED, s->generation, slice_of(""));
}

void script_status_set(struct script *s, enum script_state state)
{
	s->state = state;
	script_status_announce(s);
	if (state == SCRIPT_BROKEN)
		script_status_fail_queue(s);
}
