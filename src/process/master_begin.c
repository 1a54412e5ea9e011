/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/master_begin.h"

#include "config/config_load.h"
#include "config/item.h"
#include "core/yaml.h"
#include "event/signals.h"
#include "os/notify.h"
#include "os/title.h"
#include "process/master_options.h"
#include "process/start.h"

bool master_begin(const struct master_options *options, struct config_file *file)
{
	const char *command = options->compat != NULL ? options->compat->command : NULL;
	bool ok;

	signals_prepare();
	yaml_files_only();
	notify_init();
	ok = start_up(options, file);
	if (ok) {
		title_about(command != NULL ? command : file->path);
		title_set("heddle: master");
	}
	config_load_free(file);
	return ok;
}
