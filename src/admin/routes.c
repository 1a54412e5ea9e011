/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/routes.h"

#include <string.h>

#include "admin/access.h"
#include "admin/answer.h"
#include "admin/query_names.h"
#include "admin/readiness.h"
#include "admin/reload.h"
#include "admin/route.h"
#include "admin/shuttle_path.h"
#include "admin/shuttle_routes.h"
#include "admin/stats.h"
#include "admin/v1.h"
#include "core/text.h"

#define PATH_BYTES 512
#define STEP_BYTES 255	/* of a name or a key: route.c */

/* Parameters of queries, for the table. */
static const char *const none[] = { NULL };
static const char *const of_read[] = { "wait", NULL };
static const char *const of_config[] = { "wait", "diff", NULL };
static const char *const of_change[] = { "dry_run", "wait", "force", NULL };
static const char *const of_removal[] = { "dry_run", "wait", "force", "sessions", NULL };
static const char *const of_stats[] = { "service", "fields", NULL };
static const char *const of_one_stats[] = { "fields", NULL };
static const char *const of_known[] = { "key", NULL };
static const char *const of_replay[] = { "target", NULL };
static const char *const of_list[] = { "prefix", NULL };
static const char *const of_check[] = { "service", "backend", NULL };
static const char *const of_resolve[] = { "name", NULL };
static const char *const of_health[] = { "service", NULL };

static const struct route routes[] = {
	{ "/_v1/stats", HTTP_GET, HTTP_ACCESS_READ, stats_serve, of_stats,
	  "processes, counters, services and their backends" },
	{ "/_v1/stats/{service}", HTTP_GET, HTTP_ACCESS_READ, stats_serve_service, of_one_stats,
	  "one service and its backends" },
	{ "/_v1/config", HTTP_GET, HTTP_ACCESS_READ, v1_serve_config, of_config,
	  "everything that is configured" },
	{ "/_v1/config", HTTP_PUT | HTTP_PATCH, HTTP_ACCESS_WRITE, v1_serve_config, of_change,
	  "replaces everything, or merges a patch" },
	{ "/_v1/services", HTTP_GET, HTTP_ACCESS_READ, v1_serve_section, none,
	  "all services with their backends" },
	{ "/_v1/services/{service}", HTTP_GET, HTTP_ACCESS_READ, v1_serve_object, of_read,
	  "a service with its backends" },
	{ "/_v1/services/{service}", HTTP_PATCH, HTTP_ACCESS_OPERATE, v1_serve_object, of_change,
	  "patches a service" },
	{ "/_v1/services/{service}", HTTP_PUT, HTTP_ACCESS_WRITE, v1_serve_object, of_change,
	  "creates or replaces a service" },
	{ "/_v1/services/{service}", HTTP_DELETE, HTTP_ACCESS_WRITE, v1_serve_object, of_removal,
	  "removes a service" },
	{ "/_v1/services/{service}/backends", HTTP_GET, HTTP_ACCESS_READ, v1_serve_section, none,
	  "all backends of a service" },
	{ "/_v1/services/{service}/backends/{backend}", HTTP_GET, HTTP_ACCESS_READ,
	  v1_serve_object, of_read, "a backend" },
	{ "/_v1/services/{service}/backends/{backend}", HTTP_PATCH, HTTP_ACCESS_OPERATE,
	  v1_serve_object, of_change, "patches a backend" },
	{ "/_v1/services/{service}/backends/{backend}", HTTP_PUT, HTTP_ACCESS_WRITE,
	  v1_serve_object, of_change, "creates or replaces a backend" },
	{ "/_v1/services/{service}/backends/{backend}", HTTP_DELETE, HTTP_ACCESS_WRITE,
	  v1_serve_object, of_removal, "removes a backend" },
	{ "/_v1/fanouts", HTTP_GET, HTTP_ACCESS_READ, v1_serve_section, none,
	  "all fan-outs with their listeners and targets" },
	{ "/_v1/fanouts/{fanout}", HTTP_GET, HTTP_ACCESS_READ, v1_serve_object, of_read,
	  "a fan-out with its listeners and targets" },
	{ "/_v1/fanouts/{fanout}", HTTP_PUT | HTTP_PATCH, HTTP_ACCESS_WRITE,
	  v1_serve_object, of_change, "creates, replaces or patches a fan-out" },
	{ "/_v1/fanouts/{fanout}", HTTP_DELETE, HTTP_ACCESS_WRITE, v1_serve_object, of_removal,
	  "removes a fan-out" },
	{ "/_v1/fanouts/{fanout}/known", HTTP_GET, HTTP_ACCESS_READ, v1_known_serve, of_known,
	  "the instances that a fan-out knows, of key=" },
	{ "/_v1/fanouts/{fanout}/replay", HTTP_POST, HTTP_ACCESS_OPERATE,
	  v1_replay_serve, of_replay, "sends all known instances to all targets" },
	{ "/_v1/subscriptions", HTTP_GET, HTTP_ACCESS_READ, v1_serve_section, none,
	  "all subscription servers with their static nodes" },
	{ "/_v1/subscriptions/{server}", HTTP_GET, HTTP_ACCESS_READ, v1_serve_object, of_read,
	  "a subscription server with its listeners and static nodes" },
	{ "/_v1/subscriptions/{server}", HTTP_PUT | HTTP_PATCH, HTTP_ACCESS_WRITE,
	  v1_serve_object, of_change, "creates, replaces or patches a subscription server" },
	{ "/_v1/subscriptions/{server}", HTTP_DELETE, HTTP_ACCESS_WRITE,
	  v1_serve_object, of_removal, "removes a subscription server" },
	{ "/_v1/subscriptions/{server}/{key}", HTTP_GET, HTTP_ACCESS_READ, v1_key_serve, of_read,
	  "the nodes of a key" },
	{ "/_v1/subscriptions/{server}/{key}", HTTP_PUT | HTTP_PATCH, HTTP_ACCESS_WRITE,
	  v1_key_serve, of_change, "creates or replaces static nodes of a key" },
	{ "/_v1/subscriptions/{server}/{key}", HTTP_DELETE, HTTP_ACCESS_WRITE,
	  v1_key_serve, of_removal, "removes all nodes of a key" },
	{ "/_v1/subscribed/{server}", HTTP_GET, HTTP_ACCESS_READ, v1_subscribed_serve, of_list,
	  "all keys of a subscription server, or those with prefix=" },
	{ "/_v1/caches", HTTP_GET, HTTP_ACCESS_READ, v1_serve_section, none,
	  "all caches with their entries" },
	{ "/_v1/caches/{cache}", HTTP_GET, HTTP_ACCESS_READ, v1_serve_object, of_read,
	  "a cache with its entries" },
	{ "/_v1/caches/{cache}", HTTP_PUT | HTTP_PATCH, HTTP_ACCESS_WRITE,
	  v1_serve_object, of_change, "creates, replaces or patches a cache" },
	{ "/_v1/caches/{cache}", HTTP_DELETE, HTTP_ACCESS_WRITE, v1_serve_object, of_removal,
	  "removes a cache" },
	{ "/_v1/caches/{cache}/{item}", HTTP_GET, HTTP_ACCESS_READ, v1_item_serve, of_read,
	  "an item of a cache, and the nodes that it names" },
	{ "/_v1/caches/{cache}/{item}", HTTP_PUT | HTTP_PATCH, HTTP_ACCESS_WRITE,
	  v1_item_serve, of_change, "creates or replaces an item, as an entry or with expires" },
	{ "/_v1/caches/{cache}/{item}", HTTP_DELETE, HTTP_ACCESS_WRITE, v1_item_serve, of_removal,
	  "removes an item" },
	{ "/_v1/cached/{cache}", HTTP_GET, HTTP_ACCESS_READ, v1_cached_serve, of_list,
	  "all items of a cache, or those with prefix=" },
	{ "/_v1/reload", HTTP_POST, HTTP_ACCESS_WRITE, reload_serve, none,
	  "reads the configuration file again and applies it" },
	{ "/_v1/check", HTTP_POST, HTTP_ACCESS_OPERATE, v1_check_serve, of_check,
	  "checks backends now, those of service= or one of backend=" },
	{ "/_v1/resolve", HTTP_POST, HTTP_ACCESS_OPERATE, v1_resolve_serve, of_resolve,
	  "resolves names now" },
	{ "/_health", HTTP_GET, HTTP_ACCESS_METRICS, readiness_serve, of_health,
	  "whether new connections are served, and by the services of service=" },
	{ "/_health/live", HTTP_GET, HTTP_ACCESS_METRICS, readiness_serve_live, none,
	  "whether the master and the control process run" },
	{ "/_health/ready", HTTP_GET, HTTP_ACCESS_METRICS, readiness_serve_ready, none,
	  "whether the configuration is applied and workers serve" },
};

/* "GET, HEAD" in Allow; "GET, HEAD: one service and its backends" in the detail. */
static void refuse_method(struct http_request *r, const struct route *matching[], unsigned count)
{
	struct text allowed, detail;

	text_init(&allowed);
	text_init(&detail);
	for (unsigned i = 0; i < count; i++) {
		size_t before = allowed.len;

		for (unsigned method = 1; method < HTTP_OTHER; method <<= 1) {
			if (route_takes(matching[i], (enum http_method)method))
				text_printf(&allowed, "%s%s", allowed.len != 0 ? ", " : "",
					    http_method_name((enum http_method)method));
		}
		before += before != 0 ? strlen(", ") : 0;
		text_printf(&detail, "%s%s: %s", i != 0 ? "; " : "",
			    text_cstr(&allowed) + before, matching[i]->help);
	}
	http_header(r, "Allow", text_cstr(&allowed));
	answer_error(r, 405, "method not allowed", text_cstr(&detail));
	text_close(&allowed);
	text_close(&detail);
}

static bool reads(const struct http_request *r)
{
	return (http_method(r) & (HTTP_GET | HTTP_HEAD)) != 0;
}

static void serve(struct http_request *r, const struct route *route,
		  const struct route_captures *captures)
{
	if (route->access > http_access(r))
		answer_error(r, 403, access_name(r) != NULL ?
				     "not allowed with this token on this listener" :
				     "not allowed on this listener", route->help);
	else if (!reads(r) && !access_service(r, captures->text[ROUTE_SERVICE]))
		access_refuse(r, captures->text[ROUTE_SERVICE]);
	else if (query_names_check(r, route->parameters))
		route->serve(r, captures);
}

/* Whether a step of the path is longer than any name or key. */
static bool has_long_step(const char *path)
{
	size_t len = 0;

	for (; *path != '\0' && len <= STEP_BYTES; path++) {
		if (*path == '%' && path[1] != '\0' && path[2] != '\0')
			path += 2;
		len = *path == '/' ? 0 : len + 1;
	}
	return len > STEP_BYTES;
}

/* The row for path and method; 404 and 405 where there is none. */
static void dispatch(struct http_request *r, const char *shown_path)
{
	const struct route *matching[COUNT(routes)];
	struct route_captures captures;
	unsigned count = 0;

	for (size_t i = 0; i < COUNT(routes); i++) {
		if (!route_matches(routes[i].pattern, http_encoded_path(r), &captures))
			continue;
		if (route_takes(&routes[i], http_method(r))) {
			serve(r, &routes[i], &captures);
			return;
		}
		matching[count++] = &routes[i];
	}
	if (count != 0)
		refuse_method(r, matching, count);
	else
		answer_error(r, 404, "not found", has_long_step(http_encoded_path(r)) ?
			     "a name or a key has at most 255 bytes" : shown_path);
}

void routes_serve(struct http_request *r)
{
	char path[PATH_BYTES];

	if (!access_admit(r))
		return;
	if (!http_path(r, path, sizeof(path)))
		answer_error(r, 400, "bad path", NULL);
	else if (!shuttle_path_ours(path))
		shuttle_routes_serve(r, path);
	else if (!http_query_valid(r))
		answer_error(r, 400, "bad query", "NAME=VALUE&NAME=VALUE, without NUL bytes");
	else
		dispatch(r, path);
}
