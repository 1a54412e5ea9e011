/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The grammar is that of Go's time.ParseDuration: a sign, then one or more of
 * a decimal number with its unit; "0" alone needs none.
 */
#include "compat/go_duration.h"

#include <ctype.h>
#include <string.h>

static const struct go_unit {
	const char *name;
	double      ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1e3 },
	{ "\xc2\xb5s", 1e3 },	/* the micro sign */
	{ "\xce\xbcs", 1e3 },	/* the Greek letter */
	{ "ms", 1e6 },
	{ "s", 1e9 },
	{ "m", 60e9 },
	{ "h", 3600e9 },
};

/* Reads "12", "1.5", ".5" or "1."; false without any digit. */
static bool read_number(const char **at, double *number)
{
	const char *p = *at;
	unsigned digits = 0;
	double scale = 1;

	*number = 0;
	for (; isdigit((unsigned char)*p); p++, digits++)
		*number = *number * 10 + (*p - '0');
	if (*p == '.')
		for (p++; isdigit((unsigned char)*p); p++, digits++)
			*number += (*p - '0') * (scale /= 10);
	*at = p;
	return digits > 0;
}

/* A unit ends where the next number begins. */
static bool read_unit(const char **at, double *ns)
{
	size_t len = strcspn(*at, ".0123456789");

	for (size_t i = 0; i < COUNT(units); i++)
		if (strlen(units[i].name) == len && memcmp(units[i].name, *at, len) == 0) {
			*at += len;
			*ns = units[i].ns;
			return true;
		}
	return false;
}

bool go_duration_parse(const char *text, int64_t *ns)
{
	const char *p = text + (*text == '-' || *text == '+');
	double sum = 0, number, unit;

	if (strcmp(p, "0") == 0) {
		*ns = 0;
		return true;
	}
	do {
		if (!read_number(&p, &number) || !read_unit(&p, &unit))
			return false;
		sum += number * unit;
	} while (*p);
	if (sum >= 9.2e18)
		return false;
	*ns = (int64_t)(*text == '-' ? -sum - 0.5 : sum + 0.5);
	return true;
}

uint64_t go_duration_ms(int64_t ns)
{
	return ns <= 0 ? 0 : ((uint64_t)ns + 999999) / 1000000;
}
