/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/go_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Seconds with as many decimals as are needed. */
static void print_seconds(unsigned ms, char *buf, size_t size)
{
	size_t len;

	if (ms % 1000 == 0) {
		snprintf(buf, size, "%u", ms / 1000);
		return;
	}
	snprintf(buf, size, "%u.%03u", ms / 1000, ms % 1000);
	len = strlen(buf);
	while (buf[len - 1] == '0')
		buf[--len] = '\0';
}

const char *go_text_duration(uint64_t ms, char *buf, size_t size)
{
	uint64_t hours = ms / 3600000, minutes = ms / 60000 % 60;
	char seconds[16];

	print_seconds((unsigned)(ms % 60000), seconds, sizeof(seconds));
	if (ms != 0 && ms < 1000)
		snprintf(buf, size, "%" PRIu64 "ms", ms);
	else if (hours != 0)
		snprintf(buf, size, "%" PRIu64 "h%" PRIu64 "m%ss", hours, minutes, seconds);
	else if (minutes != 0)
		snprintf(buf, size, "%" PRIu64 "m%ss", minutes, seconds);
	else
		snprintf(buf, size, "%ss", seconds);
	return buf;
}

const char *go_text_time(uint64_t wall_ms, char *buf, size_t size)
{
	time_t seconds = (time_t)(wall_ms / 1000);
	char day[32], zone[24], fraction[8] = "";
	struct tm tm;

	if (wall_ms == 0) {
		snprintf(buf, size, "0001-01-01 00:00:00 +0000 UTC");
		return buf;
	}
	localtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z %Z", &tm);
	if (wall_ms % 1000 != 0) {
		size_t len = (size_t)snprintf(fraction, sizeof(fraction), ".%03u",
					      (unsigned)(wall_ms % 1000));

		while (fraction[len - 1] == '0')
			fraction[--len] = '\0';
	}
	snprintf(buf, size, "%s%s %s", day, fraction, zone);
	return buf;
}
