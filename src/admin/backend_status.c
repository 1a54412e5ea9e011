/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/backend_status.h"

#include <stdio.h>

#include "admin/checker.h"
#include "proxy/backend.h"
#include "proxy/health.h"

static const char *const health_words[] = {
	[HEALTH_UP] = "up", [HEALTH_DOWN] = "down", [HEALTH_CHECKING] = "checking",
};

bool backend_status_up(const struct backend *b)
{
	return b->conf->state == STATE_READY && health_of(b) == HEALTH_UP;
}

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
	if (backend_status_up(b))
		return NULL;
	if (b->conf->state != STATE_READY)
		snprintf(buf, size, "set in the file");
	else if (health_of(b) == HEALTH_CHECKING)
		snprintf(buf, size, "waits for its first check");
	else if (!checker_failure(b, buf, size))
		snprintf(buf, size, "could not be connected");
	return buf;
}
