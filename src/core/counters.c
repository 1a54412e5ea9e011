/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/counters.h"

#define COUNTER_ROW(id, name, unit, divisor, gauge, help) { name, unit, divisor, gauge, help },

const struct counter_row counters[COUNTER_COUNT] = {
	COUNTERS(COUNTER_ROW)
};
