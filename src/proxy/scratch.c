/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/scratch.h"

static char bytes[SCRATCH_SIZE];

char *scratch(void)
{
	return bytes;
}
