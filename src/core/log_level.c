/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/log_level.h"

#include <stddef.h>
#include <string.h>

#include "core/base.h"

static const char *const names[] = {
	[LEVEL_ALERT] = "alert", [LEVEL_ERROR] = "error", [LEVEL_WARN] = "warn",
	[LEVEL_NOTICE] = "notice", [LEVEL_INFO] = "info", [LEVEL_DEBUG] = "debug",
};

const char *log_level_name(enum log_level level)
{
	return names[level];
}

int log_level_find(const char *word)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcmp(names[i], word) == 0)
			return (int)i;
	}
	return -1;
}
