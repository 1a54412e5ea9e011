/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/balancer.h"

#include <stddef.h>

#include "core/base.h"
#include "proxy/registry.h"
#include "proxy/service.h"

extern const struct balancer balance_round_robin, balance_least_connections, balance_first,
	balance_random;

static const struct balancer *const balancers[] = {
	&balance_round_robin,
	&balance_least_connections,
	&balance_first,
	&balance_random,
};

const struct balancer *balancer_find(enum balance id)
{
	for (size_t i = 0; i < COUNT(balancers); i++) {
		if (balancers[i]->id == id)
			return balancers[i];
	}
	return NULL;
}

uint32_t balancer_place(const struct service *service, uint32_t index)
{
	uint32_t at;
	const struct backend *b = index != HANDLE_NONE ? registry_backend(index, &at) : NULL;

	if (b == NULL || at >= service->set.count || service->set.list[at] != b)
		return service->set.count;
	return at;
}
