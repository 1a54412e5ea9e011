/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/yaml.h"

#include "core/conf_errors.h"
#include "core/yaml_parts.h"

struct node *yaml_read_text(const char *name, struct slice text, struct arena *arena,
			    struct conf_errors *errors)
{
	struct node where = { .file = name, .line = 1, .column = 1 };
	bool empty;

	if (!yaml_source_check(name, &text, errors))
		return NULL;
	struct node *node = yaml_compose(name, text, false, &empty, arena, errors);

	if (node == NULL && empty)
		conf_fail(errors, CONF_ERROR, &where, "", "there is nothing in it");
	return node;
}
