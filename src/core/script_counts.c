/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/script_counts.h"

#include <stddef.h>

#include "core/shared_map.h"

#define MOST 1024		/* scripts that are counted so */

static struct script_row {
	uint64_t script;	/* config_script_id(); 0: free */
	struct script_counts counts;
} *rows;
static bool taken[MOST];

bool script_counts_open(void)
{
	rows = shared_map("script-counts", MOST * sizeof(*rows));
	return rows != NULL;
}

static struct script_counts *take(int i, uint64_t script)
{
	taken[i] = true;
	rows[i].script = script;
	return &rows[i].counts;
}

struct script_counts *script_counts_take(uint64_t script, struct script_counts *otherwise)
{
	int room = -1;

	for (int i = 0; rows != NULL && i < MOST; i++) {
		if (taken[i])
			continue;
		if (rows[i].script == script)
			return take(i, script);
		if (rows[i].script == 0 && room == -1)
			room = i;
	}
	if (room == -1)
		return otherwise;
	rows[room].counts = (struct script_counts){ 0 };
	return take(room, script);
}

void script_counts_give(struct script_counts *counts)
{
	for (int i = 0; rows != NULL && i < MOST; i++) {
		if (&rows[i].counts != counts)
			continue;
		taken[i] = false;
		rows[i].script = 0;
	}
}

void script_counts_give_left(void)
{
	for (int i = 0; rows != NULL && i < MOST; i++) {
		if (!taken[i])
			rows[i].script = 0;
	}
}
