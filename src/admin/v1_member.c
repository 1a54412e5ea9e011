/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_member.h"

#include <jansson.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/backend_status.h"
#include "admin/http.h"
#include "admin/v1_query.h"
#include "config/config_members.h"
#include "core/text.h"
#include "proxy/groups.h"
#include "proxy/registry.h"
#include "proxy/service.h"

static const struct backend *find_member(const struct service *s, const char *name)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];

		if (config_members_is_member(b->conf) && strcmp(b->name, name) == 0)
			return b;
	}
	return NULL;
}

static const char *group_of(const struct service *s, const struct backend *member)
{
	for (uint32_t i = 0; i < s->groups.count; i++) {
		if (groups_is_member(s->groups.list[i], member))
			return s->groups.list[i]->name;
	}
	return "";
}

static void serve_get(struct http_request *r, const struct backend *b, const char *group)
{
	struct v1_query query;
	json_t *body;

	if (!v1_query_read(r, &query))
		return;
	body = json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:s}", "address", b->address,
				 "weight", (json_int_t)b->conf->weight, "tier",
				 (json_int_t)b->conf->tier, "origin", "dns", "name", b->conf->host,
				 "group", group, "status", backend_status_word(b));

	answer_json(r, body);
	json_decref(body);
	answer_send(r, 200);
}

static void refuse(struct http_request *r, const struct backend *b, const char *group)
{
	struct text why;

	text_init(&why);
	text_printf(&why, "%s is an address of the name %s; change the backend %s", b->address,
		    b->conf->host, group);
	answer_problem(r, 409, "comes from DNS", text_cstr(&why));
	text_close(&why);
}

bool v1_member_serve(struct http_request *r, const char *service, const char *name)
{
	const struct service *s = registry_find(service);
	const struct backend *b = s != NULL && s->groups.count != 0 ? find_member(s, name) : NULL;

	if (b == NULL)
		return false;
	if (http_method(r) == HTTP_GET || http_method(r) == HTTP_HEAD)
		serve_get(r, b, group_of(s, b));
	else
		refuse(r, b, group_of(s, b));
	return true;
}
