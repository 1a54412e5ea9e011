/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/long_work.h"

#include <stddef.h>

static void (*between_steps)(void);
static unsigned steps;

void long_work_open(void (*between)(void))
{
	between_steps = between;
	steps = 0;
}

void long_work_step(void)
{
	if (++steps % LONG_WORK_STEPS == 0 && between_steps != NULL)
		between_steps();
}
