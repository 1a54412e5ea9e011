/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFIG_CONFIG_CHECK_MAPS_H
#define CONFIG_CONFIG_CHECK_MAPS_H

struct conf_errors;
struct config_file;

/*
 * Warns of the lines of all mapping files that are not used, the first ten of each. Reads the
 * files, so that it takes a second for some million lines: for -t.
 */
void config_check_maps(const struct config_file *file, struct conf_errors *errors);

#endif
