/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/balancer.h"

#include <stddef.h>

#include "core/base.h"

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
