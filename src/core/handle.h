/* SPDX-License-Identifier: BSD-2-Clause */
/* Names a cell in shared memory: its place, and which of the owners it has had. */
#ifndef CORE_HANDLE_H
#define CORE_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#define HANDLE_NONE UINT32_MAX

struct handle {
	uint32_t index;		/* HANDLE_NONE: no cell */
	uint32_t generation;	/* 1 and up */
};

static inline bool handle_equal(struct handle a, struct handle b)
{
	return a.index == b.index && a.generation == b.generation;
}

#endif
