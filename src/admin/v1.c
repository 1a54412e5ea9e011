/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1.h"

#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/v1_answer.h"
#include "admin/v1_change.h"
#include "admin/v1_differ.h"
#include "admin/v1_member.h"
#include "admin/v1_wait.h"
#include "config/config.h"
#include "config/item.h"
#include "core/text.h"

#define PATH_BYTES 512

/* Sections of captures that are below each other; a new kind of object is a row. */
static const struct path_level {
	enum route_capture capture;
	const char        *section;
} levels[] = {
	{ ROUTE_SERVICE, "services" },
	{ ROUTE_BACKEND, "backends" },
	{ ROUTE_FANOUT, "fanouts" },
	{ ROUTE_SERVER, "subscriptions" },
	{ ROUTE_KEY, "keys" },
	{ ROUTE_CACHE, "caches" },
	{ ROUTE_ITEM, "entries" },
};

static void path_of(const struct route_captures *captures, struct text *out)
{
	for (size_t i = 0; i < COUNT(levels); i++) {
		const char *name = captures->text[levels[i].capture];

		if (name != NULL)
			text_printf(out, "%s%s/%s", out->len > 0 ? "/" : "", levels[i].section,
				    name);
	}
}

static void serve_get(struct http_request *r, const char *path, const struct v1_query *query)
{
	if (query->diff)
		v1_differ_serve(r);
	else if (config_get(model_config(), path) == NULL)
		v1_answer_missing(r, path);
	else if (query->wait_ms > 0)
		v1_wait(r, &(struct v1_waiting){ path, query->wait_ms, 200,
						 { HANDLE_NONE, 0 }, { HANDLE_NONE, 0 } });
	else
		v1_answer_object(r, model_config(), path, 200);
}

static void serve(struct http_request *r, const char *path)
{
	enum http_method method = http_method(r);
	struct v1_query query;

	if (!v1_query_read(r, &query))
		return;
	if (method == HTTP_GET || method == HTTP_HEAD)
		serve_get(r, path, &query);
	else
		v1_change_submit(r, path, &query);
}

void v1_serve_config(struct http_request *r, const struct route_captures *captures)
{
	(void)captures;
	serve(r, "");
}

/* A slash in the name of what others are below would be another path. */
static bool check_name(struct http_request *r, const char *name)
{
	if (name == NULL || strchr(name, '/') == NULL)
		return true;
	if (http_method(r) == HTTP_PUT)
		answer_problem(r, 400, "bad name", item_name_problem(name));
	else
		answer_problem(r, 404, "not found", "no name of that kind has a slash in it");
	return false;
}

void v1_serve_object(struct http_request *r, const struct route_captures *captures)
{
	struct text path;

	if (!check_name(r, captures->text[ROUTE_SERVICE]) ||
	    !check_name(r, captures->text[ROUTE_FANOUT]) ||
	    !check_name(r, captures->text[ROUTE_SERVER]) ||
	    !check_name(r, captures->text[ROUTE_CACHE]))
		return;
	if (captures->text[ROUTE_BACKEND] != NULL &&
	    v1_member_serve(r, captures->text[ROUTE_SERVICE], captures->text[ROUTE_BACKEND]))
		return;
	text_init(&path);
	path_of(captures, &path);
	serve(r, text_cstr(&path));
	text_close(&path);
}

void v1_serve_section(struct http_request *r, const struct route_captures *captures)
{
	const char *service = captures->text[ROUTE_SERVICE];
	char called[PATH_BYTES];
	struct text above;

	if (!check_name(r, service))
		return;
	text_init(&above);
	path_of(captures, &above);
	if (service != NULL && config_get(model_config(), text_cstr(&above)) == NULL)
		v1_answer_missing(r, text_cstr(&above));
	else if (!http_path(r, called, sizeof(called)))
		answer_problem(r, 400, "bad path", NULL);
	else	/* as its row has it, escapes decoded */
		v1_answer_section(r, text_cstr(&above), strrchr(called, '/') + 1);
	text_close(&above);
}
