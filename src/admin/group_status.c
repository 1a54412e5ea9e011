/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/group_status.h"

#include "admin/backend_status.h"
#include "core/lookup.h"
#include "proxy/groups.h"
#include "proxy/health.h"
#include "proxy/service.h"

/* By state and health of all: the best that one of them is. */
static const char *word_of(const struct service *s, const struct backend *group,
			   struct group_status *status)
{
	bool up = false, checking = false;

	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];

		if (!groups_is_member(group, b))
			continue;
		status->members++;
		status->sessions += backend_sessions(b);
		up |= health_of(b) == HEALTH_UP;
		checking |= health_of(b) == HEALTH_CHECKING;
	}
	status->usable = up;
	if (group->conf->state != STATE_READY)
		return backend_status_word(group);
	if (status->members == 0)
		return "unresolved";
	return up ? "up" : checking ? "checking" : "down";
}

void group_status_read(struct group_status *status, const struct service *s,
		       const struct backend *group)
{
	*status = (struct group_status){ .members = 0 };
	status->word = word_of(s, group, status);
	if (status->members == 0 && groups_left_out(group) != 0)
		status->reason = "none of its addresses can be used";
	else if (status->members == 0)
		status->reason = lookup_text(backend_cell(group->handle.index)->lookup);
}
