/* SPDX-License-Identifier: BSD-2-Clause */
/* Wall clock times as people read them. */
#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>

size_t clock_print(uint64_t wall_ms, char *buf, size_t size)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm = { 0 };

	localtime_r(&seconds, &tm);
	long offset = tm.tm_gmtoff / 60;
	long away = labs(offset);
	int len = snprintf(buf, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03u%c%02ld:%02ld",
			   tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			   tm.tm_sec, (unsigned)(wall_ms % 1000), offset < 0 ? '-' : '+', away / 60,
			   away % 60);

	if (len < 0 || size == 0)
		return 0;
	return (size_t)len < size ? (size_t)len : size - 1;
}
