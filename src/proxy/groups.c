/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/groups.h"

#include "config/config_members.h"
#include "core/clock.h"
#include "core/lookup.h"
#include "proxy/balancer.h"
#include "proxy/health.h"
#include "proxy/service.h"

#define FIRST_MS 60	/* of a question that has just been sent: most are answered by then */
#define COMING_MS 5000	/* of an answer, to the change that brings it */

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

unsigned groups_left_out(const struct backend *group)
{
	const struct backend_cell *cell = backend_cell(group->handle.index);

	return cell->short_of + cell->looping;
}

static bool may_serve(const struct backend *b)
{
	return b->conf->state == STATE_READY && b->conf->weight != 0;
}

/* All of its addresses lead back to heddle: no change brings any. */
static bool has_none_left(const struct backend_cell *cell)
{
	return cell->looping != 0 && cell->short_of == 0;
}

/*
 * Addresses that were answered right now are in no set yet: they come with a change, or with the
 * next one, once the cells of those before are free.
 */
static bool is_unanswered(const struct service *s, const struct backend *group)
{
	const struct backend_cell *cell = backend_cell(group->handle.index);
	uint32_t word = cell->lookup;

	if (!may_serve(group) || groups_resolved(s, group))
		return false;
	if (has_none_left(cell))
		return false;
	return !(lookup_is_answered(word) && lookup_is_none(word));
}

/*
 * Whether the first addresses of a name are on their way: it has just been asked for, or what was
 * found is in no set yet. As others can serve, nobody waits for a server that is silent.
 */
static bool is_coming(const struct service *s, const struct backend *group)
{
	const struct backend_cell *cell = backend_cell(group->handle.index);
	uint32_t word = cell->lookup;
	uint64_t since = cell->since_ms, now = clock_wall_ms();
	uint64_t most = lookup_is_pending(word) ? FIRST_MS : lookup_is_ok(word) ? COMING_MS : 0;

	if (!may_serve(group) || has_none_left(cell))
		return false;
	return now >= since && now - since < most && !groups_resolved(s, group);
}

/* `best` is the first that can serve: names that stand before it in the file come first. */
static bool is_preceded(const struct service *s, const struct backend *best)
{
	if (!balancer_at(s->conf->balance)->prefers_first)
		return false;
	for (uint32_t i = 0; i < s->groups.count; i++) {
		const struct backend *group = s->groups.list[i];

		if (group->object->order >= best->object->order)
			return false;
		if (is_coming(s, group))
			return true;
	}
	return false;
}

bool groups_wait(const struct service *s)
{
	bool checking = false;

	if (s->groups.count == 0)
		return false;
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];

		if (may_serve(b) && health_of(b) == HEALTH_UP)
			return is_preceded(s, b);
		checking |= may_serve(b) && health_of(b) == HEALTH_CHECKING &&
			    config_members_is_member(b->conf);
	}
	for (uint32_t i = 0; i < s->groups.count && !checking; i++)
		checking = is_unanswered(s, s->groups.list[i]);
	return checking;
}
