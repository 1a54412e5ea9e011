/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/request.h"

#include <string.h>

#include "config/config.h"
#include "config/config_edit.h"
#include "config/config_edit_codec.h"
#include "core/arena.h"
#include "core/text.h"
#include "process/change_answer.h"
#include "process/change_queue.h"
#include "process/lookup_request.h"
#include "process/message.h"
#include "process/reload.h"
#include "process/running.h"

#define WAITING_MOST 16	/* requests in the queue: each may be a whole configuration */

struct request {
	struct change  change;
	struct arena  *arena;	/* owns this */
	uint32_t       id;
	unsigned       made_by;	/* `requester` when it was made */
	bool           stale, conflict;
	uint64_t       serial;
	struct slice   edits;
};

static unsigned requester;	/* counts the processes that have made requests */
static unsigned waiting;

struct edit_list {
	struct config_edit *list;
	size_t              count, room;
};

static void add_edit(struct edit_list *edits, const struct config_edit *edit, struct arena *arena)
{
	if (edits->count == edits->room) {
		size_t room = edits->room > 0 ? 2 * edits->room : 16;
		struct config_edit *more = arena_alloc(arena, room * sizeof(*more));

		if (edits->count > 0)
			memcpy(more, edits->list, edits->count * sizeof(*more));
		edits->list = more;
		edits->room = room;
	}
	edits->list[edits->count++] = *edit;
}

static bool read_edits(const struct request *r, struct edit_list *edits,
		       struct conf_errors *errors)
{
	struct slice rest = r->edits;
	struct config_edit edit;

	while (rest.len > 0) {
		if (!config_edit_codec_decode(&rest, r->arena, &edit)) {
			conf_fail(errors, CONF_ERROR, NULL, "", "the edits are not readable");
			return false;
		}
		add_edit(edits, &edit, r->arena);
	}
	return true;
}

/* One edit after the other, each against what those before it made. */
static bool add_rows(struct request *r, struct config *next, size_t *count,
		     struct conf_errors *errors)
{
	struct config_diff *diff = &r->change.diff;
	struct edit_list edits = { .list = NULL };

	if (!read_edits(r, &edits, errors))
		return false;
	for (size_t i = 0; i < edits.count; i++) {
		size_t before = diff->count;

		if (!config_edit_diff_first(next, &edits.list[i], edits.count - i, r->arena, diff,
					    errors))
			return false;
		config_edit_apply(next, diff, before);
	}
	*count = edits.count;
	return true;
}

static bool build(struct change *change, struct conf_errors *errors)
{
	struct request *r = change->arg;
	struct config *next;
	enum edit_result fits = EDIT_FITS;
	size_t count = 0;
	bool ok;

	r->stale = r->serial != running_serial();
	if (r->stale) {
		conf_fail(errors, CONF_ERROR, NULL, "", "the configuration has changed meanwhile");
		return false;
	}
	next = config_share(running_config());
	ok = add_rows(r, next, &count, errors);
	if (ok && count > 1)
		config_edit_join(running_config(), &change->diff, r->arena);
	if (ok)
		fits = config_edit_check(running_config(), next, &change->diff, 0, r->arena,
					 errors);
	r->conflict = fits == EDIT_CONFLICT;
	config_free(next);
	return ok && fits == EDIT_FITS;
}

static enum request_outcome outcome_of(const struct request *r, enum change_result result,
				       bool confirmed)
{
	switch (result) {
	case CHANGE_APPLIED:
		return confirmed ? REQUEST_APPLIED : REQUEST_UNCONFIRMED;
	case CHANGE_UNCHANGED:
		return REQUEST_UNCHANGED;
	case CHANGE_REFUSED:
		if (r->stale)
			return REQUEST_STALE;
		return r->conflict ? REQUEST_CONFLICT : REQUEST_REFUSED;
	case CHANGE_CONFLICT:
		return REQUEST_CONFLICT;
	case CHANGE_NOT_DURABLE:
		return REQUEST_NOT_DURABLE;
	case CHANGE_ABORTED:
		break;
	}
	return REQUEST_UNAVAILABLE;
}

static void done(struct change *change, enum change_result result,
		 const struct conf_errors *errors)
{
	struct request *r = change->arg;
	struct text text, lines;
	bool confirmed = true;

	text_init(&text);
	text_init(&lines);
	if (result == CHANGE_APPLIED)
		confirmed = change_answer_applied(change, &text);
	else if (result != CHANGE_UNCHANGED && !r->stale)
		change_answer_refused(change, errors, &lines);
	if (result >= CHANGE_REFUSED)
		conf_errors_json(errors, &text);
	if (r->made_by == requester)
		change_answer_send(&r->id, 1, outcome_of(r, result, confirmed), &text);
	text_close(&text);
	text_close(&lines);
	config_diff_close(&change->diff);
	waiting--;
	arena_free(r->arena);
}

static bool submit(uint32_t id, struct slice value)
{
	struct message_edits m;
	struct arena *arena;
	struct request *r;

	if (value.len < sizeof(m))
		return false;
	if (waiting == WAITING_MOST) {
		change_answer_turn_away(id, "too many changes wait");
		return true;
	}
	memcpy(&m, value.data, sizeof(m));
	m.by[sizeof(m.by) - 1] = '\0';
	value = slice_after(value, sizeof(m));
	arena = arena_new();
	r = arena_alloc(arena, sizeof(*r));
	*r = (struct request){
		.arena = arena, .id = id, .made_by = requester, .serial = m.serial,
		.edits = { arena_copy(arena, value), value.len },
		.change = { .origin = ORIGIN_API, .build = build, .done = done, .arg = r,
			    .by = arena_strdup(arena, m.by) },
	};
	waiting++;
	change_queue_submit(&r->change);
	return true;
}

bool request_take(struct slice message)
{
	/* To the process that resolves. */
	static const enum message_kind passed_on[REQUEST_VERBS] = {
		[REQUEST_RESOLVE] = MESSAGE_RESOLVE,
		[REQUEST_FORGET] = MESSAGE_FORGET,
		[REQUEST_ITEM] = MESSAGE_ITEM,
	};
	struct message_request m;

	memcpy(&m, message.data, sizeof(m));
	if (m.verb >= REQUEST_VERBS)
		return false;
	if (m.verb == REQUEST_EDIT)
		return submit(m.id, slice_after(message, sizeof(m)));
	if (passed_on[m.verb] != MESSAGE_NONE) {
		lookup_request_take(m.id, passed_on[m.verb], slice_after(message, sizeof(m)));
		return true;
	}
	reload_request_for(m.id);
	return true;
}

void request_forget(void)
{
	requester++;
	reload_forget_askers();
}
