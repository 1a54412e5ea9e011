/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_table.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/scoreboard.h"

/* A word of the map is a page of rows: 64 times 64 bytes. */
#define PER_WORD 64
_Static_assert(sizeof(struct session_row) == 64, "a word of the map is a page of rows");

static uint64_t *taken;		/* a bit per row */
static bool *touched;		/* per word: its page holds memory */
static uint32_t words, first_free;	/* no room below first_free */
static struct session_row *rows;

bool session_table_open(uint32_t count)
{
	words = (count + PER_WORD - 1) / PER_WORD;
	taken = calloc(words, sizeof(*taken));
	touched = calloc(words, sizeof(*touched));
	if (taken == NULL || touched == NULL)
		return false;
	for (uint32_t row = count; row < words * PER_WORD; row++)
		taken[row / PER_WORD] |= UINT64_C(1) << row % PER_WORD;
	rows = session_rows(scoreboard_own());
	first_free = 0;
	return true;
}

static void note_highest(uint32_t row)
{
	_Atomic uint32_t *highest = &scoreboard_slot(scoreboard_own())->rows;

	if (row + 1 > *highest)
		*highest = row + 1;
}

struct session_row *session_table_take(void)
{
	uint32_t row;

	while (first_free < words && taken[first_free] == UINT64_MAX)
		first_free++;
	if (first_free == words)
		return NULL;
	row = first_free * PER_WORD + (uint32_t)__builtin_ctzll(~taken[first_free]);
	taken[row / PER_WORD] |= UINT64_C(1) << row % PER_WORD;
	touched[row / PER_WORD] = true;
	note_highest(row);
	return &rows[row];
}

void session_table_give(struct session_row *given)
{
	uint32_t row = (uint32_t)(given - rows), word = row / PER_WORD;

	taken[word] &= ~(UINT64_C(1) << row % PER_WORD);
	if (word < first_free)
		first_free = word;
}

void session_table_trim(void)
{
#ifdef MADV_REMOVE
	/* the first page is always wanted again */
	for (uint32_t word = 1; word < words; word++) {
		if (!touched[word] || taken[word] != 0)
			continue;
		touched[word] = false;
		/* where the system cannot, the page just stays */
		(void)madvise((void *)&rows[word * PER_WORD], PER_WORD * sizeof(*rows),
			      MADV_REMOVE);
	}
#endif
}
