/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations, sizes, numbers and booleans as the configuration writes them. */
#ifndef CORE_UNITS_H
#define CORE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/slice.h"

struct text;

/* "500ms", "1m30s", "2h", "0" to milliseconds. A plain number fails. */
bool duration_parse(struct slice text, uint64_t *ms) MUST_CHECK;
void duration_print(uint64_t ms, struct text *out);	/* "1m30s" */

/* "8192", "64k", "10m", "1g" to bytes. */
bool size_parse(struct slice text, uint64_t *bytes) MUST_CHECK;
void size_print(uint64_t bytes, struct text *out);

/* true false on off yes no */
bool bool_parse(struct slice text, bool *value) MUST_CHECK;

/* Decimal digits only, no sign, no blanks; overflow fails. */
bool number_parse(struct slice text, uint64_t *value) MUST_CHECK;

#endif
