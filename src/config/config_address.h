/* SPDX-License-Identifier: BSD-2-Clause */
/* The address of a backend: an address, or a name. */
#ifndef CONFIG_CONFIG_ADDRESS_H
#define CONFIG_CONFIG_ADDRESS_H

#include <stdbool.h>

#include "config/conf.h"

struct backend_conf;

/* Sets `addr`, or `host`, to what `node` says; false: reported. */
bool config_address_read(const struct node *node, const struct conf_place *place,
			 struct backend_conf *backend);

#endif
