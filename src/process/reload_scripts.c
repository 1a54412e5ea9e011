/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/reload_scripts.h"

#include <string.h>

#include "config/config.h"
#include "config/config_diff.h"
#include "config/config_words.h"
#include "config/object.h"
#include "core/text.h"
#include "process/running.h"

struct lines {
	const struct config_diff *diff;
	struct text              *out;
	size_t                    count;
};

static bool is_in_change(const struct config_diff *diff, const char *path)
{
	for (size_t i = 0; i < diff->count; i++) {
		if (strcmp(diff->rows[i].path, path) == 0)
			return true;
	}
	return false;
}

static void print_one(struct object *object, struct object *parent, const char *path, void *arg)
{
	const char *file = object->kind->script != NULL ? object->kind->script(object->conf)
							: NULL;
	struct lines *to = arg;

	(void)parent;
	if (file == NULL || is_in_change(to->diff, path))
		return;
	config_words(path, to->out);
	text_printf(to->out, ": the script %s is loaded again\n", file);
	to->count++;
}

size_t reload_scripts_print(const struct config_diff *diff, struct text *out)
{
	struct lines to = { diff, out, 0 };

	if (running_config()->scripts != 0)
		config_each(running_config(), "", print_one, &to);
	return to.count;
}
