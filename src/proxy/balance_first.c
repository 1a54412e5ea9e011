/* SPDX-License-Identifier: BSD-2-Clause */
/* The first usable backend of the file: the others only stand by. */
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/service.h"

static uint32_t choose(struct service *service, const struct choice *choice)
{
	uint32_t i = 0;

	while (i < service->set.count) {
		const struct backend *b = service->set.list[i];

		if (!choice_usable(service, i, choice)) {
			i++;
			continue;
		}
		/* not claimed: its count moved, so look at the same one again */
		if (choice_claim(service, i, backend_sessions(b), choice))
			return i;
	}
	return BALANCER_NONE;
}

const struct balancer balance_first = {
	.name = "first",
	.prefers_first = true,
	.choose = choose,
};
