/* SPDX-License-Identifier: BSD-2-Clause */
/* Of two backends drawn by lot, the one with fewer sessions for its weight. */
#include "core/random.h"
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/service.h"

/* Draws that may fall on unusable ones before all are looked at in turn. */
#define DRAWS 16

/*
 * A usable one. Drawing again gives each the same chance; the walk at the end, when few
 * are usable, favours those behind unusable ones.
 */
static uint32_t draw(const struct service *service, const struct choice *choice, uint32_t not_this)
{
	uint32_t count = service->set.count, start = random_below(count);

	for (unsigned draws = 0; draws < DRAWS; draws++) {
		if (start != not_this && choice_usable(service, start, choice))
			return start;
		start = random_below(count);
	}
	for (uint32_t step = 0; step < count; step++) {
		uint32_t i = start + step < count ? start + step : start + step - count;

		if (i != not_this && choice_usable(service, i, choice))
			return i;
	}
	return BALANCER_NONE;
}

static uint64_t load(const struct backend *b, uint32_t other_weight)
{
	return ((uint64_t)backend_sessions(b) + 1) * other_weight;
}

static uint32_t choose(struct service *service, const struct choice *choice)
{
	if (service->set.count == 0)
		return BALANCER_NONE;
	for (;;) {
		uint32_t i = draw(service, choice, BALANCER_NONE);
		uint32_t other = i != BALANCER_NONE ? draw(service, choice, i) : BALANCER_NONE;
		const struct backend *a, *b;

		if (i == BALANCER_NONE)
			return BALANCER_NONE;
		a = service->set.list[i];
		if (other != BALANCER_NONE) {
			b = service->set.list[other];
			if (load(b, a->conf->weight) < load(a, b->conf->weight)) {
				i = other;
				a = b;
			}
		}
		if (choice_claim(service, i, backend_sessions(a), choice))
			return i;
	}
}

const struct balancer balance_random = {
	.name = "random",
	.choose = choose,
};
