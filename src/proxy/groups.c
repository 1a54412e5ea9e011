/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/groups.h"

#include "config/config_members.h"
#include "core/lookup.h"
#include "proxy/health.h"
#include "proxy/service.h"

bool groups_is_member(const struct backend *group, const struct backend *b)
{
	return config_members_is_member(b->conf) && config_members_named(group->name, b->name);
}

bool groups_resolved(const struct service *s, const struct backend *group)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		if (groups_is_member(group, s->set.list[i]))
			return true;
	}
	return false;
}

static bool may_serve(const struct backend *b)
{
	return b->conf->state == STATE_READY && b->conf->weight != 0;
}

/* Addresses that were answered right now are in no set yet: they come with a change. */
static bool is_unanswered(const struct service *s, const struct backend *group)
{
	uint32_t word = backend_cell(group->handle.index)->lookup;

	return may_serve(group) && !(lookup_is_answered(word) && lookup_is_none(word)) &&
	       !groups_resolved(s, group);
}

bool groups_wait(const struct service *s)
{
	bool checking = false;

	if (s->groups.count == 0)
		return false;
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];

		if (may_serve(b) && health_of(b) == HEALTH_UP)
			return false;
		checking |= may_serve(b) && health_of(b) == HEALTH_CHECKING &&
			    config_members_is_member(b->conf);
	}
	for (uint32_t i = 0; i < s->groups.count && !checking; i++)
		checking = is_unanswered(s, s->groups.list[i]);
	return checking;
}
