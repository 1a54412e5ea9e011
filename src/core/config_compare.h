/* SPDX-License-Identifier: BSD-2-Clause */
/* What config_diff.c is made of: two structs compared by their table, names found fast. */
#ifndef CORE_CONFIG_COMPARE_H
#define CORE_CONFIG_COMPARE_H

#include "core/config_parts.h"

/*
 * A line "PATH.directive: old -> new" for each directive that differs, NULL
 * when none does. No newline at the end.
 */
const char *config_compare(const void *from, const void *to, const struct conf_section *section,
			   const char *path, struct arena *arena);

#define CONFIG_INDEX_NONE SIZE_MAX

struct config_index;

struct config_index *config_index_backends(const struct service_entry *entry, struct arena *arena);
struct config_index *config_index_services(const struct config *config, struct arena *arena);
/* The place of `name` in the array that was indexed, or CONFIG_INDEX_NONE. */
size_t config_index_find(const struct config_index *index, const char *name);

struct config_listens;

struct config_listens *config_index_listens(const struct service_entry *entry, struct arena *arena);
/* The listener with exactly that address, or NULL. */
const struct listen_conf *config_listens_find(const struct config_listens *index,
					      const struct addr *addr);

#endif
