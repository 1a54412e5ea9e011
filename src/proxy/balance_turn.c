/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/balance_turn.h"

#include <stddef.h>

#include "proxy/registry.h"
#include "proxy/service.h"

uint32_t balance_turn_position(const struct service *service, uint32_t index)
{
	uint32_t at;
	const struct backend *b = index != HANDLE_NONE ? registry_backend(index, &at) : NULL;

	if (b == NULL || at >= service->set.count || service->set.list[at] != b)
		return service->set.count;
	return at;
}
