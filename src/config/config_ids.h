/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of users, groups and folders as directives keep them: all of one in a string. */
#ifndef CONFIG_CONFIG_IDS_H
#define CONFIG_CONFIG_IDS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

/* Whether it is one of a config_ids. */
bool config_ids_has(const char *ids, uint32_t id) MUST_CHECK;
/* The folder at *at of a config_folders, which moves on; empty: there are no more. */
struct slice config_ids_next_folder(const char **at);

#endif
