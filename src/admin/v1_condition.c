/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_condition.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "config/config.h"
#include "config/config_types.h"
#include "core/node.h"
#include "core/text.h"

#define NAMES_MOST 20	/* of what a PUT would remove */

/* Whether the list of a header has the tag, or is *. A weak tag never matches. */
static bool has_tag(const char *list, const char *etag)
{
	if (strcmp(list, "*") == 0)
		return true;
	for (const char *at = list; *at != '\0';) {
		size_t len;

		at += strspn(at, ", \t");
		len = strcspn(at, ",");
		while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
			len--;
		if (len > 0 && len == strlen(etag) && strncmp(at, etag, len) == 0)
			return true;
		at += strcspn(at, ",");
	}
	return false;
}

struct removal_names {
	const struct node *services;	/* of the body; NULL: none */
	struct text        names;
	unsigned           count;
};

static void add_name(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct removal_names *n = arg;

	(void)parent;
	(void)path;
	if (object->kind != &config_service_kind ||
	    (n->services != NULL && node_get(n->services, object->name) != NULL))
		return;
	if (++n->count <= NAMES_MOST)
		text_printf(&n->names, "%sservices.%s", n->count > 1 ? ", " : "", object->name);
}

static void answer_required(struct http_request *r, const struct config *now,
			    const struct node *body)
{
	struct removal_names n = { .services = body->kind == NODE_MAP
				   ? node_get(body, "services") : NULL };

	text_init(&n.names);
	config_each(now, "", add_name, &n);
	if (n.count > NAMES_MOST)
		text_printf(&n.names, " and %u more", n.count - NAMES_MOST);
	if (n.count == 0)
		text_puts(&n.names, "nothing");
	text_puts(&n.names, " would be removed; send If-Match with the ETag of GET /_v1/config");
	answer_problem(r, 428, "If-Match is required", text_cstr(&n.names));
	text_close(&n.names);
}

static bool fail(struct http_request *r, const char *why)
{
	answer_problem(r, 412, "precondition failed", why);
	return false;
}

bool v1_condition_holds(struct http_request *r, const struct config *now, const char *path,
			const struct node *body)
{
	const char *match = http_request_header(r, "If-Match");
	const char *none = http_request_header(r, "If-None-Match");
	bool exists = config_get(now, path) != NULL;
	char etag[MODEL_ETAG] = "";

	if (match == NULL && *path == '\0' && http_method(r) == HTTP_PUT) {
		answer_required(r, now, body);
		return false;
	}
	if ((match != NULL || none != NULL) && exists)
		model_etag(now, path, etag);
	if (match != NULL && !exists)
		return fail(r, "it does not exist");
	if (match != NULL && !has_tag(match, etag))
		return fail(r, "it has changed since its ETag was read");
	if (none != NULL && exists && has_tag(none, etag))
		return fail(r, "it exists");
	return true;
}
