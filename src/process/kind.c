/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/kind.h"

#include <stddef.h>

#include "core/log.h"

#define MASTER_SLOTS 1

unsigned kind_count(const struct process_kind *kind, const struct config *config)
{
	unsigned count = kind->count(config);

	return kind->slots != 0 && count > kind->slots ? kind->slots : count;
}

bool kind_wanted(unsigned traits, const struct config *config)
{
	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		if (kind_has(process_kinds[i], traits) &&
		    kind_count(process_kinds[i], config) > 0)
			return true;
	}
	return false;
}

unsigned kind_index(const struct process_kind *kind)
{
	unsigned i = 0;

	while (process_kinds[i] != kind) {
		CHECK(process_kinds[i] != NULL);
		i++;
	}
	CHECK(SLOT_CHILDREN + i < SLOT_KINDS);
	return SLOT_CHILDREN + i;
}

const struct process_kind *kind_at(unsigned index)
{
	if (index < SLOT_CHILDREN)
		return NULL;
	for (unsigned i = 0; process_kinds[i] != NULL; i++) {
		if (SLOT_CHILDREN + i == index)
			return process_kinds[i];
	}
	return NULL;
}

const char *kind_name(unsigned index)
{
	const struct process_kind *kind = kind_at(index);

	if (kind != NULL)
		return kind->name;
	return index == SLOT_MASTER ? "master" : "none";
}

unsigned kind_slots_fixed(void)
{
	unsigned n = MASTER_SLOTS;

	for (unsigned i = 0; process_kinds[i] != NULL; i++)
		n += process_kinds[i]->slots;
	return n;
}

struct kind_range kind_slots(const struct process_kind *kind, uint32_t slots)
{
	uint32_t fixed = kind_slots_fixed() - MASTER_SLOTS, first = slots - fixed;

	if (kind->slots == 0)
		return (struct kind_range){ MASTER_SLOTS, slots - fixed - MASTER_SLOTS };
	for (unsigned i = 0; process_kinds[i] != kind; i++)
		first += process_kinds[i]->slots;
	return (struct kind_range){ first, kind->slots };
}
