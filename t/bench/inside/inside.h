/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tools here share that call what they measure. */
#ifndef BENCH_INSIDE_H
#define BENCH_INSIDE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Pages of shared mappings that this process has touched, in bytes. */
static inline double resident(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];
	double kilobytes = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "RssShmem:", 9) == 0)
			kilobytes = atof(line + 9);
	}
	if (file != NULL)
		fclose(file);
	return kilobytes * 1024;
}

/* For qsort() of uint32_t. */
static inline int by_number(const void *one, const void *two)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)two;

	return a < b ? -1 : a > b;
}

#endif
