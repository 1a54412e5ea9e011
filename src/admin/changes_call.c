/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/changes_call.h"

#include <string.h>

#include "admin/audit.h"
#include "admin/changes_call_struct.h"
#include "admin/http.h"
#include "admin/long_work.h"
#include "admin/model.h"
#include "core/arena.h"
#include "core/conf_errors.h"
#include "core/text.h"

struct changes_call *changes_call_new(struct http_request *r,
				      const struct changes_handlers *handlers, void *arg,
				      const char *by, bool dry_run)
{
	struct arena *arena = arena_new();
	struct changes_call *call = arena_alloc(arena, sizeof(*call));

	*call = (struct changes_call){ .arena = arena, .request = r, .handlers = handlers,
				       .arg = arg, .by = arena_strdup(arena, by),
				       .audit = audit_request(r, by, arena),
				       .dry_run = dry_run };
	list_init(&call->link);
	conf_errors_init(&call->errors, arena);
	return call;
}

/* As it was before build(): it may be called again. */
static void reset(struct changes_call *call)
{
	config_diff_close(&call->diff);
	config_free(call->before);
	config_free(call->after);
	call->before = call->after = NULL;
	call->edit_count = 0;
	conf_errors_close(&call->errors);
	conf_errors_init(&call->errors, call->arena);
}

void changes_call_free(struct changes_call *call)
{
	reset(call);
	conf_errors_close(&call->errors);
	arena_free(call->arena);
}

static void answer(struct changes_call *call, enum changes_outcome outcome, json_t *errors,
		   const char *detail)
{
	if (outcome < CHANGES_INVALID && outcome != CHANGES_VALID && call->diff.count == 0)
		outcome = CHANGES_UNCHANGED;

	const struct changes_result result = {
		.outcome = outcome, .generation = model_generation(), .errors = errors,
		.detail = detail, .diff = &call->diff,
		.before = call->before != NULL ? call->before : model_config(),
		.after = call->after != NULL ? call->after : model_config(),
	};

	if (outcome == CHANGES_APPLIED || outcome == CHANGES_UNCONFIRMED)
		audit_applied(call->audit, &call->diff, result.generation);
	if (call->request != NULL)
		call->handlers->done(call, &result);
}

void changes_call_finish(struct changes_call *call, enum changes_outcome outcome, json_t *errors,
			 const char *detail)
{
	answer(call, outcome, errors, detail);
	changes_call_free(call);
}

static json_t *errors_of(const struct conf_errors *errors)
{
	struct text text;
	json_t *list;

	text_init(&text);
	conf_errors_json(errors, &text);
	list = json_loadb(text.data, text.len, 0, NULL);
	text_close(&text);
	return list != NULL ? list : json_array();
}

static void answer_own_errors(struct changes_call *call, enum changes_outcome outcome)
{
	json_t *errors = errors_of(&call->errors);

	answer(call, outcome, errors, "");
	json_decref(errors);
}

/*
 * Rows of all edits, each against what those before it made; in force in `after`. One that cannot
 * be made does not end this: the client gets the errors of all.
 */
static bool apply_edits(struct changes_call *call)
{
	for (size_t i = 0; i < call->edit_count; i++) {
		size_t from = call->diff.count;

		if (config_edit_diff_first(call->after, &call->edits[i], call->edit_count - i,
					   call->arena, &call->diff, &call->errors))
			config_edit_apply(call->after, &call->diff, from);
		long_work_step();
	}
	return call->errors.errors == 0;
}

static enum edit_result evaluate(struct changes_call *call)
{
	if (!apply_edits(call))
		return EDIT_INVALID;
	if (call->edit_count > 1)
		config_edit_join(call->before, &call->diff, call->arena);
	return config_edit_check(call->before, call->after, &call->diff, 0, call->arena,
				 &call->errors);
}

static bool build(struct changes_call *call, const struct config *next, bool behind)
{
	bool ok;

	http_mute(call->request, behind);
	ok = call->handlers->build(call, next);
	if (behind)	/* else it may be answered, and gone */
		http_mute(call->request, false);
	return ok;
}

static bool check(struct changes_call *call, bool behind)
{
	bool ok;

	if (call->handlers->check == NULL)
		return true;
	http_mute(call->request, behind);
	ok = call->handlers->check(call, &call->diff, call->before, call->after);
	if (behind)
		http_mute(call->request, false);
	return ok;
}

/* What cannot be is not in `after`. */
static enum changes_outcome outcome_of(struct changes_call *call)
{
	enum edit_result fits = evaluate(call);

	if (fits != EDIT_FITS) {
		config_free(call->after);
		call->after = config_share(call->before);
		return fits == EDIT_CONFLICT ? CHANGES_CONFLICT : CHANGES_INVALID;
	}
	return call->diff.count == 0 ? CHANGES_UNCHANGED : CHANGES_VALID;
}

enum changes_turn changes_call_evaluate(struct changes_call *call, struct config *next,
					bool behind)
{
	const enum changes_turn over = behind ? CHANGES_LATER : CHANGES_OVER;
	enum changes_outcome outcome;

	reset(call);
	if (!build(call, next, behind))
		return over;
	call->before = config_share(next);
	call->after = config_share(next);
	outcome = outcome_of(call);
	if (outcome < CHANGES_INVALID && !check(call, behind))
		return over;
	if (outcome >= CHANGES_INVALID || call->dry_run ||
	    (outcome == CHANGES_UNCHANGED && !behind)) {
		if (!behind)
			answer_own_errors(call, outcome);
		return over;
	}
	config_edit_apply(next, &call->diff, 0);
	return CHANGES_GOES;
}

struct http_request *changes_call_request(const struct changes_call *call)
{
	return call->request;
}

void *changes_call_arg(const struct changes_call *call)
{
	return call->arg;
}

struct arena *changes_call_arena(const struct changes_call *call)
{
	return call->arena;
}

struct conf_errors *changes_call_errors(struct changes_call *call)
{
	return &call->errors;
}

void changes_call_restart(struct changes_call *call)
{
	call->edit_count = 0;
	conf_errors_close(&call->errors);
	conf_errors_init(&call->errors, call->arena);
}

void changes_call_edit(struct changes_call *call, const struct config_edit *edit)
{
	if (call->edit_count == call->edit_room) {
		size_t room = call->edit_room > 0 ? 2 * call->edit_room : 4;
		struct config_edit *more = arena_alloc(call->arena, room * sizeof(*more));

		if (call->edit_count > 0)
			memcpy(more, call->edits, call->edit_count * sizeof(*more));
		call->edits = more;
		call->edit_room = room;
	}
	call->edits[call->edit_count++] = *edit;
}
