/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/routes.h"

#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/readiness.h"
#include "admin/reload.h"
#include "admin/stats.h"

#define PATH_MAX_BYTES 512
#define BODY_MAX (64 * 1024)

/* A path that ends with a slash takes everything below it; `rest` is what follows. */
static const struct route {
	const char *path;
	unsigned    methods;
	void      (*serve)(struct http_request *r, const char *rest);
} routes[] = {
	{ "/_v1/stats",		HTTP_GET | HTTP_HEAD,	stats_serve },
	{ "/_v1/stats/",	HTTP_GET | HTTP_HEAD,	stats_serve_service },
	{ "/_v1/reload",	HTTP_POST,		reload_serve },
	{ "/_health",		HTTP_GET | HTTP_HEAD,	readiness_serve },
	{ "/_health/live",	HTTP_GET | HTTP_HEAD,	readiness_serve_live },
	{ "/_health/ready",	HTTP_GET | HTTP_HEAD,	readiness_serve_ready },
};

static bool matches(const struct route *route, const char *path, const char **rest)
{
	size_t len = strlen(route->path);

	if (route->path[len - 1] != '/')
		return strcmp(route->path, path) == 0;
	*rest = path + len;
	return strncmp(route->path, path, len) == 0 && **rest != '\0';
}

static void refuse_method(struct http_request *r, const struct route *route)
{
	char allowed[64] = "";
	size_t len = 0;

	for (unsigned method = 1; method < HTTP_OTHER; method <<= 1) {
		if ((route->methods & method) != 0)
			len += (size_t)snprintf(allowed + len, sizeof(allowed) - len, "%s%s",
						len != 0 ? ", " : "",
						http_method_name((enum http_method)method));
	}
	http_header(r, "Allow", allowed);
	answer_problem(r, 405, "method not allowed", NULL);
}

void routes_serve(struct http_request *r)
{
	char path[PATH_MAX_BYTES];
	const char *rest = "";

	if (!http_path(r, path, sizeof(path))) {
		answer_problem(r, 400, "bad path", NULL);
		return;
	}
	if (!http_query_valid(r)) {
		answer_problem(r, 400, "bad query", "NAME=VALUE&NAME=VALUE, without NUL bytes");
		return;
	}
	if (http_body_length(r) > BODY_MAX) {
		answer_problem(r, 413, "body too large", "at most 65536 bytes");
		return;
	}
	for (size_t i = 0; i < COUNT(routes); i++) {
		if (!matches(&routes[i], path, &rest))
			continue;
		if ((routes[i].methods & http_method(r)) != 0)
			routes[i].serve(r, rest);
		else
			refuse_method(r, &routes[i]);
		return;
	}
	answer_problem(r, 404, "not found", path);
}
