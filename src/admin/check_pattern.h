/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The regular expressions of checks, compiled once for all backends whose directives have the
 * same text, and kept as long as one of them does. What is matched comes from backends: the time
 * that expressions get is limited for each match, and for all of them together.
 */
#ifndef ADMIN_CHECK_PATTERN_H
#define ADMIN_CHECK_PATTERN_H

#include "core/regex.h"

struct check_pattern;

/* NULL for NULL. One more user, who gives it back. */
struct check_pattern *check_pattern_take(const char *expression);
void check_pattern_give(struct check_pattern *pattern);	/* NULL is allowed */

enum regex_result check_pattern_match(const struct check_pattern *pattern, struct slice bytes);

#endif
