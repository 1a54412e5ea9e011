/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_key_status.h"

#include "admin/cached_json.h"
#include "admin/subscribed_json.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/json_node.h"
#include "core/text.h"

bool v1_key_status_print(const struct object *owner, const char *key, struct text *out)
{
	if (owner == NULL)
		return false;
	return owner->kind == &config_cache_kind
		? cached_json_key(owner->name, slice_of(key), out)
		: subscribed_json_key(owner->name, owner->conf, slice_of(key), out);
}

struct node *v1_key_status(const struct object *owner, const char *key, struct arena *arena)
{
	char why[JSON_NODE_WHY];
	struct node *status = NULL;
	struct text json;

	text_init(&json);
	if (v1_key_status_print(owner, key, &json))
		status = json_node_read(text_slice(&json), arena, why);
	text_close(&json);
	return status;
}
