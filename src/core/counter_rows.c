/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/counter_rows.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "core/shared_map.h"

#define MOST (1u << 17)		/* rows: reserved, not committed */
#define LEAST (1u << 10)
#define BUCKETS 4096

struct lasting_row {
	_Alignas(64) _Atomic uint32_t used;	/* set last, and cleared first */
	char     name[COUNTER_ROW_NAME + 1];	/* with NUL */
	uint64_t words[COUNTER_ROW_WORDS];
};

static struct lasting_row *rows;	/* the first has no name: its `used` is how many were */
static uint32_t count;			/* of rows */

/* Private: rows are chained by their index, 0 is the end. */
static uint32_t *next;		/* of a row that is free, or left by a predecessor */
static uint32_t free_rows;	/* below `fresh` */
static uint32_t fresh;		/* from here on none was ever used */
static uint32_t left[BUCKETS];	/* by the hash of the name */

bool counter_rows_open(void)
{
	for (count = MOST; count >= LEAST; count /= 2) {
		rows = shared_map("counters", count * sizeof(*rows));
		if (rows != NULL)
			return true;
	}
	return false;
}

static uint32_t *bucket_of(struct slice name)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.data[i]) * 16777619u;
	return &left[hash % BUCKETS];
}

static void chain(uint32_t *head, uint32_t row)
{
	next[row] = *head;
	*head = row;
}

static struct slice name_of(uint32_t row)
{
	rows[row].name[COUNTER_ROW_NAME] = '\0';
	return slice_of(rows[row].name);
}

bool counter_rows_own(void)
{
	if (next != NULL)
		munmap(next, count * sizeof(*next));
	next = shared_map_private(count * sizeof(*next));
	if (next == NULL)
		return false;
	memset(left, 0, sizeof(left));
	free_rows = 0;
	fresh = atomic_load(&rows[0].used);
	if (fresh >= count)	/* the memory is shared: any process may have written this */
		fresh = count - 1;
	fresh++;
	for (uint32_t i = 1; i < fresh; i++) {
		chain(atomic_load(&rows[i].used) != 0 ? bucket_of(name_of(i)) :
							&free_rows, i);
	}
	return true;
}

/* 0: nobody has left such a row. */
static uint32_t take_left(struct slice name)
{
	for (uint32_t *link = bucket_of(name); *link != 0; link = &next[*link]) {
		uint32_t row = *link;

		if (!slice_equal(name, name_of(row)))
			continue;
		*link = next[row];
		return row;
	}
	return 0;
}

/* 0: there is no room. */
static uint32_t take_free(void)
{
	uint32_t row = free_rows;

	if (row != 0) {
		free_rows = next[row];
	} else if (fresh < count) {
		row = fresh++;
		atomic_store(&rows[0].used, row);
	}
	return row;
}

uint64_t *counter_rows_take(struct slice name)
{
	uint32_t row;

	if (next == NULL || name.len > COUNTER_ROW_NAME)
		return NULL;
	row = take_left(name);
	if (row != 0)
		return rows[row].words;
	row = take_free();
	if (row == 0)
		return NULL;
	memset(rows[row].name, 0, sizeof(rows[row].name));
	memcpy(rows[row].name, name.data, name.len);
	memset(rows[row].words, 0, sizeof(rows[row].words));
	atomic_store(&rows[row].used, 1);
	return rows[row].words;
}

static void give(uint32_t row)
{
	atomic_store(&rows[row].used, 0);
	chain(&free_rows, row);
}

void counter_rows_give(uint64_t *words)
{
	char *row = (char *)words - offsetof(struct lasting_row, words);

	give((uint32_t)((size_t)(row - (char *)rows) / sizeof(*rows)));
}

void counter_rows_give_left(void)
{
	for (uint32_t i = 0; next != NULL && i < BUCKETS; i++) {
		while (left[i] != 0) {
			uint32_t row = left[i];

			left[i] = next[row];
			give(row);
		}
	}
}
