/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_queue.h"

#include "config/config_script.h"
#include "core/log.h"
#include "mapper/mapper_call.h"
#include "mapper/script_early.h"
#include "mapper/script_struct.h"

#define LOADING_MOST_MS 10000	/* more than workers wait for a script that is loaded */

#define USUAL_PARTS 1024	/* of a ms: `usual` is counted in them */
#define USUAL_CALLS 8	/* of which it is the mean, more or less */
#define TRIED_PART 8	/* of the limit: who has waited no longer is tried in any case */
#define WAY_PART 32	/* of the limit: for the way from the worker and back */
#define LOST_EVERY_MS 1000	/* a process for keys that are known to end it */

static enum call_lane lane_of(const struct script *s, const struct mapper_call *call)
{
	switch (script_keys_get(s->keys, call->hash, loop_now())) {
	case KEY_HELD:
		return LANE_HELD;
	case KEY_ANSWERED:
		return s->care_ms != 0 ? LANE_ANSWERED : LANE_OTHER;
	case KEY_NEW:
		break;
	}
	return LANE_OTHER;
}

static void append(struct script *s, struct mapper_call *call, enum call_lane lane)
{
	list_unlink(&call->link);
	list_append(&s->lanes[lane], &call->link);
	call->lane = (uint8_t)lane;
	s->counts->held += lane == LANE_HELD;
}

void script_queue_add(struct script *s, struct mapper_call *call)
{
	append(s, call, lane_of(s, call));
}

void script_queue_add_early(struct script *s)
{
	struct list early = { &early, &early };

	s->counts->requests += script_early_take(s->id, &early);
	while (!list_empty(&early))
		script_queue_add(s, container_of(early.next, struct mapper_call, link));
}

void script_queue_put_back(struct script *s, struct mapper_call *call)
{
	append(s, call, LANE_HELD);
}

struct mapper_call *script_queue_any(const struct script *s)
{
	for (int lane = 0; lane < LANES; lane++) {
		if (!list_empty(&s->lanes[lane]))
			return container_of(s->lanes[lane].next, struct mapper_call, link);
	}
	return NULL;
}

/* Time in which no process could take calls is not theirs: workers count it alike. */
static uint64_t waited(const struct script *s, const struct mapper_call *call)
{
	return loop_now() - (call->arrived_ms > s->state_ms ? call->arrived_ms : s->state_ms);
}

static bool is_late(const struct script *s, const struct mapper_call *call)
{
	return waited(s, call) > s->conf->limit_ms +
				 (s->state == SCRIPT_SERVING ? 0 : LOADING_MOST_MS);
}

/* It could only be answered when nobody waits for it any more, and there are others behind it. */
static bool is_hopeless(const struct script *s, const struct mapper_call *call)
{
	/* half of all calls take more than the mean */
	uint64_t wanted = s->usual * 5 / 4 / USUAL_PARTS + s->conf->limit_ms / WAY_PART;
	uint64_t time = waited(s, call);

	return s->state == SCRIPT_SERVING && call->lane != LANE_HELD &&
	       call->link.next != &s->lanes[call->lane] &&
	       time > s->conf->limit_ms / TRIED_PART && time + wanted > s->conf->limit_ms;
}

struct mapper_call *script_queue_first(struct script *s, enum call_lane lane)
{
	while (!list_empty(&s->lanes[lane])) {
		struct mapper_call *call = container_of(s->lanes[lane].next, struct mapper_call,
							link);

		if (!is_late(s, call) && !is_hopeless(s, call))
			return call;
		s->counts->timeouts++;
		mapper_call_drop(call);
	}
	return NULL;
}

void script_queue_drop_late(struct script *s)
{
	for (enum call_lane lane = 0; lane < LANES; lane++)
		(void)script_queue_first(s, lane);
}

static void note_usual(struct script *s, uint64_t took_ms)
{
	int64_t took = (int64_t)took_ms * USUAL_PARTS, usual = (int64_t)s->usual;

	s->usual = (uint64_t)(usual == 0 ? took : usual + (took - usual) / USUAL_CALLS);
}

void script_queue_answered(struct script *s, const struct mapper_call *call)
{
	uint64_t took_ms = loop_now() - call->begun_ms;

	if (took_ms > s->conf->limit_ms) {
		script_queue_hold(s, call);
		return;
	}
	note_usual(s, took_ms);
	script_keys_answered(s->keys, call->hash, loop_now());
}

/* Calls that wait go to the lanes that they would come to now. */
static void sort(struct script *s)
{
	for (int lane = 0; lane < LANE_HELD; lane++) {
		for (struct list *at = s->lanes[lane].next, *after = at->next;
		     at != &s->lanes[lane]; at = after, after = at->next) {
			struct mapper_call *call = container_of(at, struct mapper_call, link);
			enum call_lane now = lane_of(s, call);

			if ((int)now != lane)
				append(s, call, now);
		}
	}
}

static void begin_care(struct script *s, const struct mapper_call *call)
{
	log_about(LEVEL_WARN, &(struct log_subject){ .event = "script_held" },
		  "script %s: %.*s has used up the limit of a call, or ended the process: "
		  "such keys wait behind others, and there are more processes for a while",
		  s->conf->file, (int)call->len, call->key);
}

void script_queue_hold(struct script *s, const struct mapper_call *call)
{
	bool begins = s->care_ms == 0;
	bool known = script_keys_get(s->keys, call->hash, loop_now()) == KEY_HELD;

	script_keys_hold(s->keys, call->hash, loop_now());
	s->care_ms = loop_now() + SCRIPT_KEYS_HELD_MS;
	if (begins)
		begin_care(s, call);
	if (begins || !known)
		sort(s);
}

void script_queue_lost(struct script *s, const struct mapper_call *call)
{
	/* it would end the next one, too: each is a start of the language */
	if (call->lane == LANE_HELD)
		s->held_ms = call->begun_ms + LOST_EVERY_MS;
	script_queue_hold(s, call);
}

void script_queue_tick(struct script *s)
{
	if (s->care_ms == 0 || loop_now() < s->care_ms)
		return;
	s->care_ms = 0;
	s->reserves = false;
	log_about(LEVEL_NOTICE, &(struct log_subject){ .event = "script_held" },
		  "script %s: no key has used up the limit of a call for %d s", s->conf->file,
		  SCRIPT_KEYS_HELD_MS / 1000);
}
