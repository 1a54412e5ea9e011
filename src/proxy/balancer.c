/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/balancer.h"

#include <stddef.h>

#include "config/config_rows.h"
#include "core/base.h"
#include "core/log.h"

extern const struct balancer balance_round_robin, balance_least_connections, balance_first,
	balance_random;

static const struct balancer *const balancers[] = {
	&balance_round_robin,
	&balance_least_connections,
	&balance_first,
	&balance_random,
};

const struct balancer *balancer_at(int row)
{
	CHECK(row >= 0 && (size_t)row < COUNT(balancers));
	return balancers[row];
}

static const char *name(size_t row, const char **aliases)
{
	if (row >= COUNT(balancers))
		return NULL;
	*aliases = balancers[row]->aliases;
	return balancers[row]->name;
}

static bool prefers_first(int row)
{
	return balancer_at(row)->prefers_first;
}

const struct config_balancers config_balancers = {
	.names = { .name = name },
	.prefers_first = prefers_first,
};
