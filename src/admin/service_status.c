/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/service_status.h"

#include <stdatomic.h>
#include <stdio.h>

#include "admin/checker.h"
#include "proxy/backend.h"
#include "proxy/health.h"
#include "proxy/service.h"

static const char *const health_words[] = {
	[HEALTH_UP] = "up", [HEALTH_DOWN] = "down", [HEALTH_CHECKING] = "checking",
};

const char *backend_status_word(const struct backend *b)
{
	switch (b->conf->state) {
	case STATE_DRAIN:
		return "draining";
	case STATE_MAINTENANCE:
		return "maintenance";
	default:
		return health_words[health_of(b)];
	}
}

const char *backend_status_reason(const struct backend *b, char *buf, unsigned size)
{
	if (b->conf->state == STATE_READY && health_of(b) == HEALTH_UP)
		return NULL;
	if (b->conf->state != STATE_READY)
		snprintf(buf, size, "set in the file");
	else if (health_of(b) == HEALTH_CHECKING)
		snprintf(buf, size, "waits for its first check");
	else if (!checker_failure(b, buf, size))
		snprintf(buf, size, "could not be connected");
	return buf;
}

static bool is_up(const struct backend *b)
{
	return b->conf->state == STATE_READY && health_of(b) == HEALTH_UP;
}

void service_status_read(struct service_status *status, const struct service *s)
{
	unsigned draining = 0, maintained = 0;

	*status = (struct service_status){ .total = s->set.count };
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];
		uint64_t since = atomic_load_explicit(&backend_cell(b->handle.index)->since_ms,
						      memory_order_relaxed);

		if (since > status->since_ms)
			status->since_ms = since;
		status->up += is_up(b);
		status->serves = status->serves || (is_up(b) && b->conf->weight != 0);
		draining += b->conf->state == STATE_DRAIN;
		maintained += b->conf->state == STATE_MAINTENANCE;
	}
	if (status->up != 0)
		status->word = status->up == status->total ? "up" : "degraded";
	else if (status->total != 0 && draining == status->total)
		status->word = "draining";
	else if (status->total != 0 && maintained == status->total)
		status->word = "maintenance";
	else
		status->word = "down";
}
