/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/start_check.h"

#include "config/config.h"
#include "config/config_check_maps.h"
#include "config/item.h"
#include "process/kind_files.h"
#include "process/limits.h"
#include "process/start_check_state.h"

bool start_check(struct config_file *file, bool merge, struct conf_errors *errors,
		 struct text *out)
{
	struct config *config = config_new(file);
	bool ok = limits_check(config, limits_slots(config), errors);

	ok &= kind_files_propose(file->settings, file->tree, errors);
	kind_files_withdraw();
	config_check_maps(file, errors);
	ok = ok && start_check_state(file, config, merge, errors, out);
	config_free(config);
	conf_errors_sort(errors);
	return ok;
}
