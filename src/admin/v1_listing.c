/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_listing.h"

#include <stdio.h>
#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/v1_answer.h"
#include "config/config.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/text.h"

#define KEY_BYTES 256
#define PATH_BYTES (sizeof("subscriptions/") + 256)

bool v1_listing_print_key(const struct v1_listing *l, struct slice key, struct text *out)
{
	if (key.len < l->prefix.len || memcmp(key.data, l->prefix.data, l->prefix.len) != 0)
		return false;
	text_puts(out, "{\"key\":");
	text_json(out, key);
	text_putc(out, ',');
	return true;
}

struct v1_listing *v1_listing_read(struct http_request *r, const char *section,
					       const char *name)
{
	char prefix[KEY_BYTES] = "", path[PATH_BYTES];
	struct v1_listing *l;
	const struct object *object;
	struct arena *arena;

	if (http_query(r, "prefix", prefix, sizeof(prefix)) == HTTP_QUERY_TOO_LONG) {
		answer_problem(r, 400, "bad query parameter",
			       "prefix=TEXT has at most 255 bytes");
		return NULL;
	}
	snprintf(path, sizeof(path), "%s/%s", section, name);
	object = strchr(name, '/') == NULL ? config_get(model_config(), path) : NULL;
	if (object == NULL) {
		v1_answer_missing(r, path);
		return NULL;
	}
	arena = arena_new();
	l = arena_alloc(arena, sizeof(*l));
	l->arena = arena;
	l->prefix = slice_of(arena_strdup(arena, prefix));
	if (object->kind == &config_subscription_kind)
		l->conf = *(const struct subscription_conf *)object->conf;
	return l;
}
