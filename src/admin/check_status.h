/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Statuses of HTTP that a check accepts: a directive of type conf_ranges with these bounds, and the
 * sentence of a check that got another one. Knows nothing about where the status came from.
 */
#ifndef ADMIN_CHECK_STATUS_H
#define ADMIN_CHECK_STATUS_H

#include <stdbool.h>

#include "config/conf_types.h"

struct probe;

extern const struct conf_bounds check_status_bounds;

/* Whether the status is among them. */
bool check_status_passes(const struct conf_ranges *wanted, unsigned status);
/* Ends the probe: "status 503, wanted 200-399". */
void check_status_fail(struct probe *p, const struct conf_ranges *wanted, unsigned status);

#endif
