/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes that are refused although the configuration would be valid. */
#ifndef ADMIN_V1_GUARD_H
#define ADMIN_V1_GUARD_H

#include <stdbool.h>

#include "config/config_diff.h"

struct http_request;

/*
 * A service that stays had a usable backend in `before` (ready, with a weight, up or new) and has
 * none in `after`: the request is answered, 409, and the result is false. Only services that rows
 * of `diff` touch are looked at.
 */
bool v1_guard_passes(struct http_request *r, const struct config *before,
		     const struct config *after, const struct config_diff *diff);

/*
 * A change that is only tried: whether the processes have the rights that it takes. false: the
 * request is answered, 409, as the change itself would be.
 */
bool v1_guard_rights(struct http_request *r, const struct config_diff *diff);

#endif
