/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_change.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "admin/access.h"
#include "admin/answer.h"
#include "admin/changes.h"
#include "admin/http.h"
#include "admin/v1_answer.h"
#include "admin/v1_condition.h"
#include "admin/v1_edits.h"
#include "admin/v1_guard.h"
#include "admin/v1_wait.h"
#include "config/config.h"
#include "core/json_node.h"

#define PATH_BYTES 700	/* of all captures of a route, and their sections */

struct v1_change {
	char               path[PATH_BYTES];
	struct v1_query    query;
	enum http_method   method;
	const struct node *body;	/* NULL: not read yet, or there is none */
	bool               created;
	struct handle      backend, service;	/* of what is removed */
};

static bool is_json(const char *type)
{
	size_t len = type != NULL ? strcspn(type, "; ") : 0;

	return type == NULL || (len == 16 && strncasecmp(type, "application/json", len) == 0) ||
	       (len > 5 && strncasecmp(type + len - 5, "+json", 5) == 0) ||
	       /* what curl says of --data */
	       (len == 33 && strncasecmp(type, "application/x-www-form-urlencoded", len) == 0);
}

/* false: answered. */
static bool read_body(struct changes_call *call, struct v1_change *c)
{
	struct http_request *r = changes_call_request(call);
	char why[JSON_NODE_WHY];

	if (c->body != NULL || c->method == HTTP_DELETE)
		return true;
	if (http_body(r).len == 0) {
		answer_problem(r, 400, "the body is empty", "send an object in JSON");
		return false;
	}
	c->body = json_node_read(http_body(r), changes_call_arena(call), why);
	if (c->body == NULL)
		answer_problem(r, 400, "the body is not valid JSON", why);
	return c->body != NULL;
}

/* A body that is no mapping is another form of the object: an address alone. */
static bool is_operation(const struct node *body)
{
	for (size_t i = 0; body->kind == NODE_MAP && i < body->count; i++) {
		if (!slice_is(body->keys[i]->value, "state") &&
		    !slice_is(body->keys[i]->value, "drain_timeout"))
			return false;
	}
	return body->kind == NODE_MAP;
}

/* The level `operate` is for PATCH of nothing but these. */
static bool may_change(struct http_request *r, const struct v1_change *c)
{
	if (http_access(r) >= HTTP_ACCESS_WRITE || is_operation(c->body))
		return true;
	answer_problem(r, 403, "not allowed", "operate is for state and drain_timeout alone");
	return false;
}

static void remove_it(struct changes_call *call, const struct v1_change *c)
{
	changes_call_edit(call, &(struct config_edit){
		c->query.cut ? EDIT_CUT : EDIT_DELETE, c->path, NULL });
}

static void add_edits(struct changes_call *call, const struct v1_change *c,
		      const struct config *now)
{
	bool whole = c->path[0] == '\0';

	if (c->method == HTTP_DELETE)
		remove_it(call, c);
	else if (c->method == HTTP_PUT && whole)
		v1_edits_put_all(call, now, c->body);
	else if (c->method == HTTP_PUT)
		v1_edits_put(call, c->path, c->body);
	else if (whole)
		v1_edits_patch_all(call, now, c->body);
	else
		v1_edits_patch(call, now, c->path, c->body);
}

/* What has to be there: of a PUT, what its object belongs to. false: answered. */
static bool is_there(struct changes_call *call, const struct config *now, const struct v1_change *c,
		     const struct object *object)
{
	size_t above = strlen(c->path);
	char path[PATH_BYTES];

	if (object != NULL)
		return true;
	if (c->method == HTTP_PUT && config_path_kind(c->path, &above) == NULL)
		return true;	/* no object can be called that: the edit says why */
	snprintf(path, sizeof(path), "%.*s", (int)above, c->path);
	if (c->method == HTTP_PUT && config_get(now, path) != NULL)
		return true;
	v1_answer_missing(changes_call_request(call), path);
	return false;
}

static bool build(struct changes_call *call, const struct config *now)
{
	struct http_request *r = changes_call_request(call);
	struct v1_change *c = changes_call_arg(call);
	const struct object *object = config_get(now, c->path);

	if (!read_body(call, c) || !may_change(r, c))
		return false;
	if (!v1_condition_holds(r, now, c->path, c->body))
		return false;
	if (!is_there(call, now, c, object))
		return false;
	c->created = object == NULL;
	c->backend = c->service = (struct handle){ HANDLE_NONE, 0 };
	if (object != NULL && c->method == HTTP_DELETE)
		*(object->kind->cell == CELL_SERVICE ? &c->service : &c->backend) =
			object->handle;
	add_edits(call, c, now);
	return true;
}

static bool check(struct changes_call *call, const struct config_diff *diff,
		  const struct config *before, const struct config *after)
{
	const struct v1_change *c = changes_call_arg(call);

	if (c->query.dry_run && !v1_guard_rights(changes_call_request(call), diff))
		return false;
	return c->query.force ||
	       v1_guard_passes(changes_call_request(call), before, after, diff);
}

static void answer(struct http_request *r, const struct v1_change *c)
{
	const int status = c->created ? 201 : 200;

	if (c->query.wait_ms > 0)
		v1_wait(r, &(struct v1_waiting){ c->path, c->query.wait_ms, status, c->backend,
						 c->service });
	else if (c->method == HTTP_DELETE)
		v1_answer_removed(r, c->path);
	else
		v1_answer_now(r, c->path, status);
}

static void done(struct changes_call *call, const struct changes_result *result)
{
	struct http_request *r = changes_call_request(call);
	const struct v1_change *c = changes_call_arg(call);

	if (c->query.dry_run && result->outcome < CHANGES_UNCONFIRMED)
		v1_answer_dry_run(r, result, c->path);
	else if (result->outcome < CHANGES_UNCONFIRMED)
		answer(r, c);
	else
		v1_answer_refused(r, result);
}

static const struct changes_handlers handlers = { build, check, done };

/* The master stands still: it answers much earlier, or says which process does not. */
static void on_late(struct http_request *r)
{
	changes_abandon(r);
	answer_problem(r, 503, "not confirmed in time",
		       "the change is not confirmed, and may still be made");
}

bool v1_change_is_json(struct http_request *r)
{
	const char *coding = http_request_header(r, "Content-Encoding");

	if (!is_json(http_request_header(r, "Content-Type"))) {
		answer_problem(r, 415, "unsupported media type",
			       "write Content-Type: application/json");
		return false;
	}
	if (coding != NULL && strcasecmp(coding, "identity") != 0) {
		answer_problem(r, 415, "unsupported content coding",
			       "send the body without Content-Encoding");
		return false;
	}
	return true;
}

void v1_change_submit(struct http_request *r, const char *path, const struct v1_query *query)
{
	struct v1_change c = { .query = *query, .method = http_method(r) };
	const char *name = access_name(r);
	char by[64];

	if (c.method != HTTP_DELETE && !v1_change_is_json(r))
		return;
	snprintf(c.path, sizeof(c.path), "%s", path);
	snprintf(by, sizeof(by), "api%s%s", name != NULL ? " " : "", name != NULL ? name : "");
	http_deadline(r, changes_deadline(), on_late);
	changes_submit_copy(r, &handlers, &c, sizeof(c), by, query->dry_run);
}
