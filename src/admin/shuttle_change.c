/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_change.h"

#include <stdint.h>
#include <string.h>

#include "admin/access.h"
#include "admin/changes.h"
#include "admin/http.h"
#include "admin/shuttle_answer.h"
#include "admin/shuttle_build.h"
#include "config/config_types.h"
#include "config/shuttle_config.h"
#include "config/shuttle_tree.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/text.h"

#define LATE_MS 1800	/* shuttle's Go client waits 2 s */

static void add_message(struct text *out, const char *path, const char *message)
{
	if (out->len > 0)
		text_puts(out, ", ");
	text_printf(out, "%s%s%s", path, path[0] != '\0' ? ": " : "", message);
}

/* What build() has left out, as warnings, and what came back. */
static void collect(struct changes_call *call, const struct changes_result *result,
		    struct text *out)
{
	const struct conf_errors *errors = changes_call_errors(call);
	const json_t *row;
	size_t i;

	for (i = 0; i < errors->count; i++) {
		if (shuttle_build_left_out(&errors->list[i]))
			add_message(out, errors->list[i].path, errors->list[i].message);
	}
	if (result->outcome < CHANGES_INVALID)
		return;
	json_array_foreach(result->errors, i, row) {
		const char *level = json_string_value(json_object_get(row, "level"));
		const char *path = json_string_value(json_object_get(row, "path"));
		const char *message = json_string_value(json_object_get(row, "message"));

		if (message != NULL && (level == NULL || strcmp(level, "warning") != 0))
			add_message(out, path != NULL ? path : "", message);
	}
}

/* The directive `shuttle` of a service in a configuration; NULL: it has none. */
static const char *kept_of(const struct config *config, const char *path)
{
	const struct object *object = config_get(config, path);

	return object != NULL ? ((const struct service_conf *)object->conf)->shuttle : NULL;
}

static void warn_service(const struct changes_result *result, const char *path,
			 struct arena *arena)
{
	const char *before = kept_of(result->before, path), *after = kept_of(result->after, path);
	struct shuttle_service service;
	const char *ignored;

	if (after == NULL || (before != NULL && strcmp(before, after) == 0) ||
	    !shuttle_config_service(result->after, strchr(path, '/') + 1, arena, &service))
		return;
	ignored = shuttle_tree_ignored(&service, arena);
	if (ignored != NULL)
		log_about(LEVEL_WARN, &(struct log_subject){ .service = service.name },
			  "%s: kept for shuttle's clients, without effect", ignored);
}

/* One line for each service that now has something without effect. */
static void warn_ignored(struct changes_call *call, const struct changes_result *result)
{
	for (size_t i = 0; i < result->diff->count; i++) {
		const struct diff_row *row = &result->diff->rows[i];

		if (row->verb != DIFF_REMOVE && row->object->kind == &config_service_kind)
			warn_service(result, row->path, changes_call_arena(call));
	}
}

static void answer_refused(struct changes_call *call, const struct changes_result *result,
			   bool whole)
{
	static const int statuses[] = {
		[CHANGES_UNCONFIRMED] = 503, [CHANGES_INVALID] = 400, [CHANGES_CONFLICT] = 400,
		[CHANGES_NOT_DURABLE] = 507, [CHANGES_UNAVAILABLE] = 503,
	};
	int status = statuses[result->outcome];
	struct text text;

	text_init(&text);
	collect(call, result, &text);
	if (text.len == 0)
		text_puts(&text, result->detail[0] != '\0' ? result->detail :
							     "the change was not applied");
	shuttle_answer_error(changes_call_request(call), whole && status == 400 ? 500 : status,
			     text_cstr(&text));
	text_close(&text);
}

static bool is_applied(const struct changes_result *result)
{
	return result->outcome <= CHANGES_VALID;
}

static void done(struct changes_call *call, const struct changes_result *result)
{
	struct http_request *r = changes_call_request(call);

	if (is_applied(result)) {
		warn_ignored(call, result);
		shuttle_answer_config(r);
	} else {
		answer_refused(call, result, false);
	}
}

static const struct changes_handlers named = { .build = shuttle_build, .done = done };

static void done_whole(struct changes_call *call, const struct changes_result *result);

static const struct changes_handlers whole = { .build = shuttle_build_whole, .done = done_whole };

static void submit(struct http_request *r, const struct changes_handlers *handlers,
		   uintptr_t skipped)
{
	const char *name = access_name(r);
	struct text by;

	text_init(&by);
	text_printf(&by, "api%s%s", name != NULL ? " " : "", name != NULL ? name : "");
	changes_submit(r, handlers, (void *)skipped, text_cstr(&by), false);
	text_close(&by);
}

/*
 * An address that another program has is found out when it is bound: its service is left out, and
 * the others are tried again. false: it is not known which service that is, or there is none more.
 */
static bool submit_again(struct changes_call *call, const struct changes_result *result)
{
	uintptr_t skipped = (uintptr_t)changes_call_arg(call), before = skipped;
	const json_t *row;
	size_t i;

	if (result->outcome != CHANGES_CONFLICT)
		return false;
	json_array_foreach(result->errors, i, row) {
		const char *path = json_string_value(json_object_get(row, "path"));

		skipped |= path != NULL ? shuttle_build_place(call, path) : 0;
	}
	if (skipped == before)
		return false;
	submit(changes_call_request(call), &whole, skipped);
	return true;
}

static void done_whole(struct changes_call *call, const struct changes_result *result)
{
	struct http_request *r = changes_call_request(call);
	struct text text;

	if (submit_again(call, result))
		return;
	if (!is_applied(result)) {
		answer_refused(call, result, true);
		return;
	}
	warn_ignored(call, result);
	text_init(&text);
	collect(call, result, &text);
	if (text.len == 0)
		shuttle_answer_empty(r);
	else
		shuttle_answer_error(r, 500, text_cstr(&text));
	text_close(&text);
}

static void on_late(struct http_request *r)
{
	changes_abandon(r);
	shuttle_answer_error(r, 503, "the change is not confirmed yet and may still be applied: "
				     "see /_config");
}

void shuttle_change_submit(struct http_request *r, unsigned names)
{
	http_deadline(r, LATE_MS, on_late);
	submit(r, names == 0 ? &whole : &named, 0);
}
