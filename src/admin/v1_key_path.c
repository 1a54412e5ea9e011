/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "admin/model.h"
#include "admin/v1_key.h"
#include "config/config.h"

void v1_key_owner_path(const struct v1_key_kind *kind, const struct route_captures *captures,
		       char *path)
{
	snprintf(path, V1_KEY_PATH, "%s/%s", kind->section, captures->text[kind->owner]);
}

void v1_key_path(const struct v1_key_kind *kind, const struct route_captures *captures,
		 char *path)
{
	snprintf(path, V1_KEY_PATH, "%s/%s/%s/%s", kind->section, captures->text[kind->owner],
		 kind->below, captures->text[kind->key]);
}

const struct object *v1_key_owner(const struct v1_key_kind *kind,
				  const struct route_captures *captures)
{
	char path[V1_KEY_PATH];

	v1_key_owner_path(kind, captures, path);
	return config_get(model_config(), path);
}
