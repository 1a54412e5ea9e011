/* SPDX-License-Identifier: BSD-2-Clause */
/* How many differences there are between two configurations. */
#ifndef CONFIG_CONFIG_DIFFERENCES_H
#define CONFIG_CONFIG_DIFFERENCES_H

#include <stddef.h>

struct config;

/*
 * Objects that one of the two does not have count one each, with everything below them; of those
 * that both have, each directive with another value.
 */
size_t config_differences(const struct config *a, const struct config *b);

#endif
