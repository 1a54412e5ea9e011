/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_check_state.h"

#include <inttypes.h>

#include "config/config_merge.h"
#include "config/config_tree.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/text.h"
#include "process/state_read.h"

static void warn(const struct config_file *file, struct conf_errors *errors, const char *why,
		 const char *then)
{
	conf_fail(errors, CONF_WARNING, node_get(file->tree, "state"), "state", "%s%s", why, then);
}

/* Its mistakes are warnings here: a start leaves such a file alone. */
static struct config *read_tree(const struct node *tree, const struct config_file *file,
				const struct config *config, struct conf_errors *errors)
{
	struct conf_errors wrong;
	struct config *read;

	conf_errors_init(&wrong, errors->arena);
	read = config_tree_read(tree, config, &wrong);
	for (size_t i = 0; i < wrong.count; i++) {
		if (wrong.list[i].level == CONF_ERROR)
			warn(file, errors, arena_printf(errors->arena, "%s: %s: ",
							file->settings->state, wrong.list[i].path),
			     wrong.list[i].message);
	}
	conf_errors_close(&wrong);
	return read;
}

static bool test_document(struct config_file *file, const struct config *config, bool merge,
			  const struct state_document *d, struct conf_errors *errors)
{
	struct config *running = read_tree(d->running, file, config, errors);
	struct config *base = d->base != NULL ? read_tree(d->base, file, config, errors) :
						config_share(config);
	bool ok = true;

	if (running != NULL && base != NULL && merge)
		ok = config_merge(file, base, running, errors);
	config_free(running);
	config_free(base);
	return ok;
}

bool start_check_state(struct config_file *file, const struct config *config, bool merge,
		       struct conf_errors *errors, struct text *out)
{
	const char *path = file->settings->state;
	struct state_files files = state_read_files(file->settings);
	struct state_read read;

	if (path == NULL)
		return true;
	state_read(&files, errors->arena, &read);
	if (read.origin == STATE_ABSENT)
		return true;
	if (read.origin == STATE_UNKNOWN) {
		warn(file, errors, read.why, "; a start would fail");
		return true;
	}
	if (read.origin == STATE_DAMAGED) {
		warn(file, errors, read.why, "; a start would be from this file alone");
		return true;
	}
	if (read.origin == STATE_PREVIOUS)
		warn(file, errors, read.why, "; a start would use the file of before, .old");
	else
		text_printf(out, "heddle: %s: good, generation %" PRIu64 "%s\n", path,
			    read.document.generation,
			    read.document.unsealed ? ", without a checksum" : "");
	return test_document(file, config, merge, &read.document, errors);
}
