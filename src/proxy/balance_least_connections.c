/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The backend with the fewest sessions for its weight; of equals any. The
 * count is claimed only if it is still the one that was compared.
 */
#include "core/random.h"
#include "proxy/balancer.h"
#include "proxy/service.h"

/* Under such contention any choice is as good: claim whatever the count is now. */
#define TRIES 8

struct load {
	uint32_t at, active, weight;
};

/* Below 0: a has less for its weight; 0: as much. */
static int compare(const struct load *a, const struct load *b)
{
	uint64_t x = ((uint64_t)a->active + 1) * b->weight;
	uint64_t y = ((uint64_t)b->active + 1) * a->weight;

	return x < y ? -1 : x > y;
}

static struct load lightest(const struct service *service, const struct choice *choice)
{
	struct load best = { .at = BALANCER_NONE };
	uint32_t equal = 1;

	for (uint32_t i = 0; i < service->set.count; i++) {
		const struct backend *b = service->set.list[i];
		struct load here;
		int order;

		if (!backend_usable(service, i, choice))
			continue;
		here = (struct load){ i, *backend_active(b->handle.index), b->conf->weight };
		order = best.at == BALANCER_NONE ? -1 : compare(&here, &best);
		equal = order < 0 ? 1 : equal + (order == 0);
		/* each of so many equals is kept with the same chance */
		if (order < 0 || (order == 0 && random_below(equal) == 0))
			best = here;
	}
	return best;
}

static uint32_t choose(struct service *service, const struct choice *choice)
{
	if (service->set.count == 0)
		return BALANCER_NONE;
	for (unsigned tries = 0;; tries++) {
		struct load best = lightest(service, choice);

		if (best.at == BALANCER_NONE)
			return BALANCER_NONE;
		if (tries >= TRIES)
			best.active = *backend_active(service->set.list[best.at]->handle.index);
		if (backend_claim(service, best.at, best.active, choice))
			return best.at;
	}
}

const struct balancer balance_least_connections = {
	.name = "least_connections",
	.id = BALANCE_LEAST_CONNECTIONS,
	.choose = choose,
};
