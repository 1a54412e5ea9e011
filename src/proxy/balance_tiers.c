/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/balance_tiers.h"

#include "proxy/balancer.h"
#include "proxy/service.h"

static uint32_t tier_at(const struct backend_set *set, uint32_t i)
{
	return set->list[i]->conf->tier;
}

static uint32_t end_of_tier(const struct backend_set *set, uint32_t first)
{
	uint32_t end = first + 1;

	while (end < set->count && tier_at(set, end) == tier_at(set, first))
		end++;
	return end;
}

/* The service's own balancer sees one tier after the other as the whole set. */
static uint32_t choose(struct service *service, const struct choice *choice)
{
	const struct balancer *own = balancer_at(service->conf->balance);
	const struct backend_set all = service->set;
	uint32_t end, at = BALANCER_NONE;

	for (uint32_t first = 0; first < all.count; first = end) {
		end = end_of_tier(&all, first);
		service->set.list = all.list + first;
		service->set.count = end - first;
		at = own->choose(service, choice);
		service->set = all;
		if (at != BALANCER_NONE)
			return first + at;
	}
	return BALANCER_NONE;
}

static const struct balancer tiers = { .name = "tiers", .choose = choose };

void balance_tiers_use(struct service *service)
{
	const struct backend_set *set = &service->set;
	const struct balancer *own = balancer_at(service->conf->balance);

	/* the first usable one of a sorted set is of the first tier that has one */
	if (!own->prefers_first && set->count != 0 &&
	    tier_at(set, 0) != tier_at(set, set->count - 1))
		own = &tiers;
	service->balancer = own;
}
