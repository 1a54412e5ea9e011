/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/scoreboard.h"

#include "core/shared_map.h"

#define MAGIC UINT64_C(0x31656c64646568)	/* "heddle1" */
#define LAYOUT 9

/* A struct of another size needs a new LAYOUT, by which another program knows what it reads. */
#define LAYOUT_HAS(layout, type, size) \
	_Static_assert(LAYOUT == (layout) && sizeof(type) == (size), #type " needs a new LAYOUT")
#define LINES(bytes) (((bytes) + 63) / 64 * 64)

LAYOUT_HAS(9, struct slot, 64 + 2 * LINES(8 * COUNTER_COUNT));
LAYOUT_HAS(9, struct backend_cell, 64 + LINES(8 * (8 + DIAL_ERRORS)));
LAYOUT_HAS(9, struct service_cell,
	   64 + 64 + LINES(8 * (3 + REASON_COUNT) + 2 * sizeof(struct histogram)));
LAYOUT_HAS(9, struct session_row, 64);
LAYOUT_HAS(9, struct scoreboard_shared, 112);
LAYOUT_HAS(9, struct active, 8);
LAYOUT_HAS(9, struct histogram, 8 * (HISTOGRAM_BUCKETS + 1));

/* Where the parts begin, so that a program of another version can tell what it was given. */
struct header {
	uint64_t                 magic;
	uint32_t                 layout, pad;
	struct scoreboard_sizes  sizes;
	_Alignas(64) struct scoreboard_shared shared;
};

static struct header *board;
static struct scoreboard_sizes sizes;	/* the ones in the header may be overwritten */
static struct scoreboard_shared masters;
static struct scoreboard_shared *shared = &masters;
static struct slot *slots;
static struct service_cell *services;
static struct backend_cell *backends;
static struct active *actives;
static struct session_row *rows;

/* What a process counts before, or without, a scoreboard: unit tests, -t. */
static struct slot nobody;
static struct slot *own = &nobody;
static uint32_t own_index;

static size_t align_page(size_t bytes)
{
	return (bytes + 4095) & ~(size_t)4095;
}

/* Rows of one slot begin on a page: what is not used any more can be given back. */
static size_t rows_per_slot(void)
{
	return ((size_t)sizes.sessions + 63) & ~(size_t)63;
}

bool scoreboard_map(const struct scoreboard_sizes *wanted)
{
	size_t at[6];
	char *base;

	sizes = *wanted;
	at[0] = align_page(sizeof(struct header));
	at[1] = at[0] + align_page(sizes.slots * sizeof(struct slot));
	at[2] = at[1] + align_page(sizes.services * sizeof(struct service_cell));
	at[3] = at[2] + align_page(sizes.backends * sizeof(struct backend_cell));
	at[4] = at[3] + align_page(sizes.backends * sizeof(*actives));
	at[5] = at[4] + sizes.slots * rows_per_slot() * sizeof(*rows);
	/* one mapping, whose parts follow from the sizes in its header */
	base = shared_map("heddle", at[5]);
	if (base == NULL)
		return false;
	board = (struct header *)(void *)base;
	slots = (struct slot *)(void *)(base + at[0]);
	services = (struct service_cell *)(void *)(base + at[1]);
	backends = (struct backend_cell *)(void *)(base + at[2]);
	actives = (struct active *)(void *)(base + at[3]);
	rows = (struct session_row *)(void *)(base + at[4]);
	board->magic = MAGIC;
	board->layout = LAYOUT;
	board->sizes = sizes;
	return true;
}

const struct scoreboard_sizes *scoreboard_sizes(void)
{
	return &sizes;
}

struct scoreboard_shared *scoreboard_shared(void)
{
	return shared;
}

/* Word by word, not by memcpy(): readers do not wait, and must see every word whole. */
void scoreboard_publish(void)
{
	struct scoreboard_shared *to = &board->shared;

	atomic_store(&to->workers, masters.workers);
	atomic_store(&to->generation, masters.generation);
	atomic_store(&to->started_ms, masters.started_ms);
	atomic_store(&to->started_at, masters.started_at);
	atomic_store(&to->reloaded_ms, masters.reloaded_ms);
	atomic_store(&to->reload_ok, masters.reload_ok);
	atomic_store(&to->stopping, masters.stopping);
	for (size_t i = 0; i < COUNT(masters.restarts); i++)
		atomic_store(&to->restarts[i], masters.restarts[i]);
}

struct slot *scoreboard_slot(uint32_t slot)
{
	return &slots[slot];
}

uint32_t scoreboard_own(void)
{
	return own_index;
}

void scoreboard_set_own(uint32_t slot)
{
	own_index = slot;
	own = &slots[slot];
	/* slot 0 is the master: it trusts its private copy only */
	shared = slot == 0 ? &masters : &board->shared;
}

struct backend_cell *backend_cell(uint32_t index)
{
	return &backends[index];
}

struct active *backend_active(uint32_t index)
{
	return &actives[index];
}

struct service_cell *service_cell(uint32_t index)
{
	return &services[index];
}

struct session_row *session_rows(uint32_t slot)
{
	return &rows[slot * rows_per_slot()];
}

uint32_t scoreboard_rows(uint32_t slot)
{
	uint32_t used = slots[slot].rows;

	return used < sizes.sessions ? used : sizes.sessions;
}

void counter_add(enum counter counter, uint64_t n)
{
	/* one writer: a relaxed load and store, not a locked add */
	_Atomic uint64_t *c = &own->counters[counter];

	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
			      memory_order_relaxed);
}

void counter_set(enum counter counter, uint64_t value)
{
	atomic_store_explicit(&own->counters[counter], value, memory_order_relaxed);
}

static uint64_t load(const _Atomic uint64_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

uint64_t counter_of(uint32_t slot, enum counter counter)
{
	uint64_t all = load(&slots[slot].counters[counter]);
	uint64_t before = load(&slots[slot].before[counter]);

	return all > before ? all - before : 0;
}

uint64_t counter_sum(enum counter counter)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < sizes.slots; i++)
		sum += load(&slots[i].counters[counter]);
	return sum;
}

void scoreboard_retire_counters(uint32_t slot, uint32_t most)
{
	struct slot *s = &slots[slot];
	uint64_t open = s->counters[COUNTER_ACCEPTED] - s->counters[COUNTER_ENDED];

	/* more than it has rows, or below 0: the counters were damaged; these are lost */
	s->counters[COUNTER_ENDED] += open <= most ? open : 0;
	for (unsigned c = 0; c < COUNTER_COUNT; c++) {
		if (counters[c].gauge)
			s->counters[c] = 0;
		s->before[c] = load(&s->counters[c]);
	}
}
