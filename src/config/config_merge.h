/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The three-way difference of a reload: the file as it was applied last (base), what is in force
 * (with what the API changed), and the file now. What changed in the file is applied, directive by
 * directive; what the API changed elsewhere stays. Deleted on either side stays deleted, unless
 * the file has added or changed that object since.
 */
#ifndef CONFIG_CONFIG_MERGE_H
#define CONFIG_CONFIG_MERGE_H

#include "config/config.h"
#include "core/base.h"
#include "core/conf_errors.h"

struct config_file;

/* Whether two configurations have the same objects with the same directives. */
bool config_merge_same(const struct config *a, const struct config *b);

/*
 * Makes the items of `file` what has to be in force. Of a directive that was changed on both sides
 * the file's value is used, and a warning has both. false: the merged configuration cannot be,
 * told in errors.
 */
bool config_merge(struct config_file *file, const struct config *base,
		  const struct config *running, struct conf_errors *errors) MUST_CHECK;

#endif
