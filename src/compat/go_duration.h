/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations as Go writes them: "300us", "1.5h", "1m30s", "-2s", "0". */
#ifndef COMPAT_GO_DURATION_H
#define COMPAT_GO_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

/* To nanoseconds. false: not a duration, or beyond 292 years. */
bool go_duration_parse(const char *text, int64_t *ns) MUST_CHECK;

/* To milliseconds, rounded up, so that what was above 0 stays above 0. */
uint64_t go_duration_ms(int64_t ns);

#endif
