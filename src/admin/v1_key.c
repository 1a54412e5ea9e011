/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_key.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/audit.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "admin/v1_change.h"
#include "admin/v1_condition.h"
#include "admin/v1_key_status.h"
#include "config/config.h"
#include "core/text.h"

#define ANSWER_MS 5000

/* Nothing is configured of it. */
static void serve_get(struct http_request *r, const struct route_captures *captures,
		      const struct v1_key_kind *kind)
{
	char path[V1_KEY_PATH];
	struct v1_query query;
	struct text json;

	if (!v1_query_read(r, &query))
		return;
	text_init(&json);
	text_puts(&json, "{\"status\": ");
	if (v1_key_status_print(v1_key_owner(kind, captures), captures->text[kind->key], &json)) {
		text_puts(&json, "}\n");
		http_write(r, json.data, json.len);
		answer_send(r, 200);
	} else {
		v1_key_path(kind, captures, path);
		v1_answer_missing(r, path);
	}
	text_close(&json);
}

static bool has_status(const struct route_captures *captures, const struct v1_key_kind *kind)
{
	struct text json;
	bool is;

	text_init(&json);
	is = v1_key_status_print(v1_key_owner(kind, captures), captures->text[kind->key], &json);
	text_close(&json);
	return is;
}

void v1_key_removed(const struct requests_result *result, struct http_request *r,
		    const struct v1_key_kind *kind)
{
	struct route_captures captures;
	char path[V1_KEY_PATH];
	struct v1_query query;

	if (result->outcome >= REQUEST_REFUSED) {
		answer_problem(r, 503, "not now", "the resolver process does not answer");
		return;
	}
	/* both could be read before */
	if (!route_matches(kind->pattern, http_encoded_path(r), &captures) ||
	    !v1_query_read(r, &query))
		return;
	if (result->outcome == REQUEST_APPLIED)
		audit_write(r, kind->removed);
	v1_key_path(kind, &captures, path);
	if (config_get(model_config(), path) != NULL)
		v1_change_submit(r, path, &query);
	else
		v1_answer_removed(r, path);
}

static void on_gone(struct http_request *r)
{
	requests_forget(r);
}

static void on_late(struct http_request *r)
{
	requests_forget(r);
	answer_problem(r, 503, "not confirmed in time", "it may still be removed");
}

static void remove_besides(struct http_request *r, const struct route_captures *captures,
			   const struct v1_key_kind *kind)
{
	struct text what;

	text_init(&what);
	kind->what(captures->text[kind->owner], captures->text[kind->key], &what);
	if (requests_send(kind->removes, text_slice(&what), kind->done, r)) {
		http_on_gone(r, on_gone);
		http_deadline(r, ANSWER_MS, on_late);
	} else {
		answer_problem(r, 503, "too many requests are waiting", NULL);
	}
	text_close(&what);
}

static void serve_delete(struct http_request *r, const struct route_captures *captures,
			 const struct v1_key_kind *kind, bool configured)
{
	char path[V1_KEY_PATH];
	struct v1_query query;

	v1_key_path(kind, captures, path);
	if (!v1_query_read(r, &query))
		return;
	if (query.dry_run && configured) {
		v1_change_submit(r, path, &query);
	} else if (!configured && !has_status(captures, kind)) {
		v1_answer_missing(r, path);
	} else if (query.dry_run) {
		http_puts(r, "{\"dry_run\": true, \"changes\": []}");
		answer_send(r, 200);
	} else if (v1_condition_holds(r, model_config(), path, NULL)) {
		remove_besides(r, captures, kind);
	}
}

void v1_key_serve_kind(struct http_request *r, const struct route_captures *captures,
		       const struct v1_key_kind *kind)
{
	bool reads = (http_method(r) & (HTTP_GET | HTTP_HEAD)) != 0, configured;
	char path[V1_KEY_PATH];

	v1_key_path(kind, captures, path);
	configured = config_get(model_config(), path) != NULL;
	if (strchr(captures->text[kind->owner], '/') != NULL)
		v1_serve_object(r, captures);
	else if (reads && !configured)
		serve_get(r, captures, kind);
	else if (http_method(r) == HTTP_DELETE)
		serve_delete(r, captures, kind, configured);
	else
		v1_serve_object(r, captures);
}

static void write_forgotten(const char *server, const char *key, struct text *out)
{
	text_printf(out, "%s/%s", server, key);
}

static void on_forgotten(const struct requests_result *result, void *r);

static const struct v1_key_kind subscription = {
	.pattern = "/_v1/subscriptions/{server}/{key}",
	.section = "subscriptions",
	.below = "keys",
	.owner = ROUTE_SERVER,
	.key = ROUTE_KEY,
	.removes = REQUEST_FORGET,
	.what = write_forgotten,
	.removed = "what was announced is removed",
	.done = on_forgotten,
};

static void on_forgotten(const struct requests_result *result, void *r)
{
	v1_key_removed(result, r, &subscription);
}

void v1_key_serve(struct http_request *r, const struct route_captures *captures)
{
	v1_key_serve_kind(r, captures, &subscription);
}
