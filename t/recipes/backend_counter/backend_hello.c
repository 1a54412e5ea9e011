/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts hellos of a backend in its cell. */
#include "core/scoreboard.h"

void backend_hello_count(uint32_t backend);

void backend_hello_count(uint32_t backend)
{
	atomic_fetch_add_explicit(&backend_cell(backend)->hellos, 1, memory_order_relaxed);
}
