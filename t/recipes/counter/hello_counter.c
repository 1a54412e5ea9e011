/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts starts of a process: a counter is used where something happens. */
#include "core/scoreboard.h"

void hello_counter_count(void);

void hello_counter_count(void)
{
	counter_add(COUNTER_HELLOS, 1);
}
