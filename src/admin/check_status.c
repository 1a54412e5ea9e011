/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_status.h"

#include <stdio.h>

#include "admin/probe.h"

const struct conf_bounds check_status_bounds = { 100, 599 };

bool check_status_passes(const struct conf_ranges *wanted, unsigned status)
{
	for (uint32_t i = 0; i < wanted->count; i++)
		if (status >= wanted->list[i].first && status <= wanted->list[i].last)
			return true;
	return false;
}

void check_status_fail(struct probe *p, const struct conf_ranges *wanted, unsigned status)
{
	char list[80];
	size_t at = 0;

	for (uint32_t i = 0; i < wanted->count && at < sizeof(list); i++) {
		const struct conf_range *r = &wanted->list[i];
		const char *comma = i > 0 ? "," : "";

		at += (size_t)(r->first == r->last ?
				       snprintf(list + at, sizeof(list) - at, "%s%u", comma,
						(unsigned)r->first) :
				       snprintf(list + at, sizeof(list) - at, "%s%u-%u", comma,
						(unsigned)r->first, (unsigned)r->last));
	}
	probe_fail(p, "status %u, wanted %s", status, list);
}
