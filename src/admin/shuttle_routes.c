/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_routes.h"

#include <string.h>

#include "admin/access.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/shuttle_answer.h"
#include "admin/shuttle_change.h"
#include "admin/shuttle_path.h"
#include "admin/shuttle_stats.h"
#include "config/shuttle_config.h"
#include "config/shuttle_write.h"
#include "core/arena.h"
#include "core/text.h"

static void serve_service_config(struct http_request *r, const char *name)
{
	const struct config *config = model_config();
	struct arena *arena = arena_new();
	struct shuttle_service service;
	struct text body;

	text_init(&body);
	if (!shuttle_config_service(config, name, arena, &service)) {
		shuttle_answer_error(r, 404, "service does not exist");
	} else {
		shuttle_write_service(&service, shuttle_config_dialect(config->settings), &body);
		shuttle_answer(r, 200, &body);
	}
	text_close(&body);
	arena_free(arena);
}

static void get(struct http_request *r, const struct shuttle_path *path)
{
	const char *last = path->count > 0 ? path->name[path->count - 1] : "_stats";

	if (path->count <= 1 && strcmp(last, "_stats") == 0)
		shuttle_stats_serve(r);
	else if (path->count == 1 && strcmp(last, "_config") == 0)
		shuttle_answer_config(r);
	else if (path->count == 1 || strcmp(last, "_stats") == 0)
		shuttle_stats_serve_service(r, path->name[0]);
	else if (strcmp(last, "_config") == 0)
		serve_service_config(r, path->name[0]);
	else
		shuttle_stats_serve_backend(r, path->name[0], last);
}

static void change(struct http_request *r, const struct shuttle_path *path)
{
	bool remove = http_method(r) == HTTP_DELETE;
	bool whole = path->count == 0 ||
		(path->count == 1 && strcmp(path->name[0], "_config") == 0);

	if (http_access(r) < HTTP_ACCESS_WRITE)
		shuttle_answer_error(r, 403, "not allowed: a change needs write access");
	else if (whole && remove)
		shuttle_answer_not_found(r);
	else if (!access_service(r, whole ? NULL : path->name[0]))
		access_refuse(r, whole ? NULL : path->name[0]);
	else
		shuttle_change_submit(r, whole ? 0 : path->count);
}

void shuttle_routes_serve(struct http_request *r, char *path)
{
	const unsigned changes = HTTP_PUT | HTTP_POST | HTTP_DELETE;
	struct shuttle_path names;
	struct text clean;
	bool unclean;

	text_init(&clean);
	unclean = shuttle_path_clean(path, &clean);
	if (unclean)
		shuttle_answer_redirect(r, text_cstr(&clean));
	text_close(&clean);
	if (unclean)
		return;
	shuttle_path_split(path, &names);
	if (names.count > 2 || (names.count > 0 && names.name[names.count - 1][0] == '\0') ||
	    (http_method(r) & (HTTP_GET | changes)) == 0)
		shuttle_answer_not_found(r);
	else if (http_method(r) == HTTP_GET && http_access(r) < HTTP_ACCESS_READ)
		shuttle_answer_error(r, 403, "not allowed: this needs read access");
	else if (http_method(r) == HTTP_GET)
		get(r, &names);
	else
		change(r, &names);
}
