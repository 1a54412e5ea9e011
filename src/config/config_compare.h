/* SPDX-License-Identifier: BSD-2-Clause */
/* Two structs of one section, compared by their table. */
#ifndef CONFIG_CONFIG_COMPARE_H
#define CONFIG_CONFIG_COMPARE_H

#include "config/config_types.h"

struct arena;

/*
 * A line "PATH.directive: old -> new" for each directive that differs, NULL
 * when none does. No newline at the end.
 */
const char *config_compare(const void *from, const void *to, const struct conf_section *section,
			   const char *path, struct arena *arena);

#endif
