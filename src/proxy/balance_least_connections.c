/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The backend with the fewest sessions for its weight; equals in turn, so that short sessions,
 * which leave all at 0, go round. The count is claimed only if it is still the one that was
 * compared. The turn is the index of the last one, where round robin has it, in the upper half
 * of a word that all workers share.
 */
#include "proxy/balance_turn.h"
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/service.h"

/* Under such contention any choice is as good: claim whatever the count is now. */
#define TRIES 8

struct load {
	uint32_t at, active, weight;
};

/* Whether a has less for its weight. */
static bool is_lighter(const struct load *a, const struct load *b)
{
	return ((uint64_t)a->active + 1) * b->weight < ((uint64_t)b->active + 1) * a->weight;
}

static _Atomic uint64_t *turn_of(const struct service *service)
{
	return &service_cell(service->handle.index)->turn;
}

static struct load lightest(const struct service *service, const struct choice *choice)
{
	uint32_t count = service->set.count;
	uint32_t last = balance_turn_position(service, (uint32_t)(*turn_of(service) >> 32));
	struct load best = { .at = BALANCER_NONE };

	/* not in the set: from the first on */
	for (uint32_t step = 1; step <= count; step++) {
		uint32_t i = last == count ? step - 1 : (last + step) % count;
		const struct backend *b = service->set.list[i];
		struct load here;

		if (!choice_usable(service, i, choice))
			continue;
		here = (struct load){ i, backend_sessions(b), b->conf->weight };
		if (best.at == BALANCER_NONE || is_lighter(&here, &best))
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
			best.active = backend_sessions(service->set.list[best.at]);
		if (!choice_claim(service, best.at, best.active, choice))
			continue;
		*turn_of(service) = (uint64_t)service->set.list[best.at]->handle.index << 32;
		return best.at;
	}
}

const struct balancer balance_least_connections = {
	.name = "least_connections",
	.aliases = "LC",	/* shuttle's word */
	.choose = choose,
};
