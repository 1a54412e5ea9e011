/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts hellos of a service in its cell. */
#include "core/scoreboard.h"

void service_hello_count(uint32_t service);

void service_hello_count(uint32_t service)
{
	atomic_fetch_add_explicit(&service_cell(service)->hellos, 1, memory_order_relaxed);
}
