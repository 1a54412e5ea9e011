/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scripts, which every reload loads again, whatever else has changed: what they import may have,
 * and nobody but they knows that.
 */
#ifndef PROCESS_RELOAD_SCRIPTS_H
#define PROCESS_RELOAD_SCRIPTS_H

#include <stddef.h>

struct config_diff;
struct text;

/*
 * Appends a line for each script of the running configuration that it had before this change, which
 * is in force; how many there are. Others are in the change.
 */
size_t reload_scripts_print(const struct config_diff *diff, struct text *out);

#endif
