/* SPDX-License-Identifier: BSD-2-Clause */
/* The last usable backend of the file. */
#include "proxy/balancer.h"
#include "proxy/choice.h"
#include "proxy/service.h"

static uint32_t choose(struct service *service, const struct choice *choice)
{
	uint32_t i = service->set.count;

	while (i > 0) {
		const struct backend *b = service->set.list[i - 1];

		if (!choice_usable(service, i - 1, choice)) {
			i--;
			continue;
		}
		if (choice_claim(service, i - 1, backend_sessions(b), choice))
			return i - 1;
	}
	return BALANCER_NONE;
}

const struct balancer balance_last = {
	.name = "last",
	.choose = choose,
};
