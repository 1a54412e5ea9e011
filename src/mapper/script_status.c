/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_status.h"

#include "config/config_script.h"
#include "core/text.h"
#include "mapper/mapper_call.h"
#include "mapper/mapper_streams.h"
#include "mapper/script_pool.h"
#include "mapper/script_queue.h"
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
	struct mapper_call *call;

	while ((call = script_queue_any(s)) != NULL)
		mapper_call_answer(call, SCRIPT_FAILED, s->generation, slice_of(""));
}

void script_status_set(struct script *s, enum script_state state)
{
	if (s->state != state)
		s->state_ms = loop_now();
	s->state = state;
	script_status_announce(s);
	if (state == SCRIPT_BROKEN)
		script_status_fail_queue(s);
}

static void put_count(struct text *out, const char *name, uint64_t count)
{
	text_printf(out, ",\"%s\":%llu", name, (unsigned long long)count);
}

void script_status_report(const struct script *s, struct text *out)
{
	static const char *const words[SCRIPT_STATES] = { "loading", "serving", "broken" };

	text_puts(out, "{\"file\":");
	text_json(out, slice_of(s->conf->file));
	text_puts(out, ",\"function\":");
	text_json(out, slice_of(s->conf->function));
	text_printf(out, ",\"language\":\"%s\",\"state\":\"%s\"",
		    config_script_language(s->conf->language), words[s->state]);
	put_count(out, "processes", script_pool_loaded(s, s->generation));
	put_count(out, "requests", s->counts->requests);
	put_count(out, "errors", s->counts->errors);
	put_count(out, "timeouts", s->counts->timeouts);
	put_count(out, "killed", s->counts->killed);
	put_count(out, "held", s->counts->held);
	text_putc(out, '}');
}
