/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of the resolver that do not go together. */
#include "config/config_parts.h"

void config_check_resolver(const struct config_file *file, const struct conf_place *top)
{
	const struct resolver_conf *resolver = &file->settings->resolver;
	const struct node *node = node_get(file->tree, "resolver");
	struct conf_place place = conf_place_key(top, "resolver");

	if (node != NULL && resolver->min_ttl_ms > resolver->max_ttl_ms)
		conf_report(&place, CONF_ERROR, node, "min_ttl is longer than max_ttl");
}
