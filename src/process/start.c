/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start.h"

#include "config/config.h"
#include "config/item.h"
#include "core/arena.h"
#include "process/listen_change.h"
#include "process/master_options.h"
#include "process/running.h"
#include "process/start_open.h"
#include "process/start_process.h"
#include "process/start_report.h"
#include "process/start_state.h"
#include "process/start_undo.h"

static struct conf_errors errors;
static bool listening;	/* the start came as far as its addresses */

static bool open_sockets(struct config *config, const struct node *tree)
{
	listening = start_state_cells(config, &errors);
	if (!listening || !listen_change_propose(config, tree, &errors))
		return false;
	(void)running_replace(config);
	listen_change_accept();
	return true;
}

/* `config` becomes another one where there is a state file. */
static bool open_all(struct config **config, struct config_file *file, bool daemon)
{
	struct identity id;

	if (!start_process(*config, daemon, &id, &errors) || !start_state(file, &id, &errors))
		return false;
	config_free(*config);
	*config = config_new(file);
	return start_open(*config, file->tree, daemon, &id, &errors) &&
	       open_sockets(*config, file->tree);
}

bool start_up(const struct master_options *options, struct config_file *file)
{
	struct arena *arena = arena_new();
	struct config *config = config_new(file);
	bool ok;

	conf_errors_init(&errors, arena);
	ok = open_all(&config, file, options->daemon);
	if (!ok)
		start_report(options, config, &errors, listening);
	conf_errors_close(&errors);
	arena_free(arena);
	if (!ok) {
		start_undo();
		running_set_base(NULL);
		if (running_config() == NULL)
			config_free(config);
	}
	return ok;
}
