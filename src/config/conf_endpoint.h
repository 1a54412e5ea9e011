/* SPDX-License-Identifier: BSD-2-Clause */
/* An address or a name as the type of a directive. */
#ifndef CONFIG_CONF_ENDPOINT_H
#define CONFIG_CONF_ENDPOINT_H

#include <stdbool.h>

#include "config/conf.h"
#include "core/endpoint.h"

extern const struct conf_type conf_endpoint;	/* struct endpoint; its name is a string of it */

/* For types that have several in a field. false: reported. */
bool conf_endpoint_read(const struct node *node, const struct conf_place *place,
			struct endpoint *endpoint);

#endif
