/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in routes, against all objects that there are after an edit. */
#ifndef CONFIG_CONFIG_EDIT_ROUTES_H
#define CONFIG_CONFIG_EDIT_ROUTES_H

#include "config/config_edit.h"

/*
 * Whether the rows of `diff` from `from` on leave every name in a route something that it names,
 * in `next`, which has them in force. Errors are told with the path of what has the name.
 */
enum edit_result config_edit_routes(const struct config *next, const struct config_diff *diff,
				    size_t from, struct conf_errors *errors);

#endif
