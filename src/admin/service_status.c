/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/service_status.h"

#include <stdatomic.h>

#include "admin/backend_status.h"
#include "proxy/backend.h"
#include "proxy/groups.h"
#include "proxy/service.h"
#include "proxy/service_nodes.h"

/* A name without addresses counts as a backend that is not up. */
static void add_groups(struct service_status *status, const struct service *s)
{
	for (uint32_t i = 0; i < s->groups.count; i++) {
		status->total += !groups_resolved(s, s->groups.list[i]);
		status->left_out += groups_left_out(s->groups.list[i]);
	}
}

void service_status_read(struct service_status *status, const struct service *s)
{
	unsigned draining = 0, maintained = 0;
	bool routed;

	*status = (struct service_status){ .total = s->set.count };
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];
		uint64_t since = atomic_load_explicit(&backend_cell(b->handle.index)->since_ms,
						      memory_order_relaxed);

		if (since > status->since_ms)
			status->since_ms = since;
		status->up += backend_status_up(b);
		status->serves = status->serves || (backend_status_up(b) && b->conf->weight != 0);
		draining += b->conf->state == STATE_DRAIN;
		maintained += b->conf->state == STATE_MAINTENANCE;
	}
	add_groups(status, s);
	routed = service_nodes_by_route(s);
	status->serves = status->serves || routed;
	if (status->up != 0 || routed)
		status->word = status->up == status->total ? "up" : "degraded";
	else if (status->total != 0 && draining == status->total)
		status->word = "draining";
	else if (status->total != 0 && maintained == status->total)
		status->word = "maintenance";
	else
		status->word = "down";
}
