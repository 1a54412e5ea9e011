/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key of a subscription server: what is configured of it is an object as any other, and what
 * has announced itself is there besides.
 */
#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/audit.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/requests.h"
#include "admin/v1.h"
#include "admin/v1_answer.h"
#include "admin/v1_change.h"
#include "admin/v1_condition.h"
#include "admin/v1_key_status.h"
#include "config/config.h"
#include "core/text.h"

#define ANSWER_MS 5000
#define SERVER_BYTES (sizeof("subscriptions/") + 256)
#define PATH_BYTES (SERVER_BYTES + sizeof("/keys/") + 256)

static const char pattern[] = "/_v1/subscriptions/{server}/{key}";

static const struct object *server_of(const struct route_captures *captures)
{
	char path[SERVER_BYTES];

	snprintf(path, sizeof(path), "subscriptions/%s", captures->text[ROUTE_SERVER]);
	return config_get(model_config(), path);
}

/* Nothing is configured of it. */
static void serve_get(struct http_request *r, const struct route_captures *captures,
		      const char *path)
{
	struct text json;

	text_init(&json);
	text_puts(&json, "{\"status\": ");
	if (v1_key_status_print(server_of(captures), captures->text[ROUTE_KEY], &json)) {
		text_puts(&json, "}\n");
		http_write(r, json.data, json.len);
		answer_send(r, 200);
	} else {
		v1_answer_missing(r, path);
	}
	text_close(&json);
}

static bool is_subscribed(const struct route_captures *captures)
{
	struct text json;
	bool is;

	text_init(&json);
	is = v1_key_status_print(server_of(captures), captures->text[ROUTE_KEY], &json);
	text_close(&json);
	return is;
}

/* What was announced is gone; now what is configured. */
static void on_forgotten(const struct requests_result *result, void *arg)
{
	struct http_request *r = arg;
	struct route_captures captures;
	struct v1_query query;
	char path[PATH_BYTES];

	if (result->outcome >= REQUEST_REFUSED) {
		answer_problem(r, 503, "not now", "the resolver process does not answer");
		return;
	}
	if (result->outcome == REQUEST_APPLIED)
		audit_forgotten(r);
	/* both could be read before */
	if (!route_matches(pattern, http_encoded_path(r), &captures) ||
	    !v1_query_read(r, V1_DRY_RUN | V1_WAIT | V1_FORCE | V1_SESSIONS, &query))
		return;
	snprintf(path, sizeof(path), "subscriptions/%s/keys/%s", captures.text[ROUTE_SERVER],
		 captures.text[ROUTE_KEY]);
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
	answer_problem(r, 503, "not confirmed in time", "the nodes may still be removed");
}

static void forget(struct http_request *r, const struct route_captures *captures)
{
	struct text what;

	text_init(&what);
	text_printf(&what, "%s/%s", captures->text[ROUTE_SERVER], captures->text[ROUTE_KEY]);
	if (requests_send(REQUEST_FORGET, text_slice(&what), on_forgotten, r)) {
		http_on_gone(r, on_gone);
		http_deadline(r, ANSWER_MS, on_late);
	} else {
		answer_problem(r, 503, "too many requests are waiting", NULL);
	}
	text_close(&what);
}

static void serve_delete(struct http_request *r, const struct route_captures *captures,
			 const char *path, bool configured)
{
	struct v1_query query;

	if (!v1_query_read(r, V1_DRY_RUN | V1_WAIT | V1_FORCE | V1_SESSIONS, &query))
		return;
	if (query.dry_run && configured) {
		v1_change_submit(r, path, &query);
	} else if (!configured && !is_subscribed(captures)) {
		v1_answer_missing(r, path);
	} else if (query.dry_run) {
		http_puts(r, "{\"dry_run\": true, \"changes\": []}");
		answer_send(r, 200);
	} else if (v1_condition_holds(r, model_config(), path, NULL)) {
		forget(r, captures);
	}
}

void v1_key_serve(struct http_request *r, const struct route_captures *captures)
{
	bool reads = (http_method(r) & (HTTP_GET | HTTP_HEAD)) != 0, configured;
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "subscriptions/%s/keys/%s", captures->text[ROUTE_SERVER],
		 captures->text[ROUTE_KEY]);
	configured = config_get(model_config(), path) != NULL;
	if (strchr(captures->text[ROUTE_SERVER], '/') != NULL)
		v1_serve_object(r, captures);
	else if (reads && !configured)
		serve_get(r, captures, path);
	else if (http_method(r) == HTTP_DELETE)
		serve_delete(r, captures, path, configured);
	else
		v1_serve_object(r, captures);
}
