/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_key_status.h"

#include "admin/subscribed_json.h"
#include "config/object.h"
#include "core/arena.h"
#include "core/json_node.h"
#include "core/text.h"

bool v1_key_status_print(const struct object *server, const char *key, struct text *out)
{
	return server != NULL &&
	       subscribed_json_key(server->name, server->conf, slice_of(key), out);
}

struct node *v1_key_status(const struct object *server, const char *key, struct arena *arena)
{
	char why[JSON_NODE_WHY];
	struct node *status = NULL;
	struct text json;

	text_init(&json);
	if (v1_key_status_print(server, key, &json))
		status = json_node_read(text_slice(&json), arena, why);
	text_close(&json);
	return status;
}
