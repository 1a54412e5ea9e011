/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_sums.h"

#include "admin/backend_status.h"
#include "admin/group_status.h"
#include "admin/stats.h"
#include "config/config_members.h"
#include "proxy/groups.h"
#include "proxy/service.h"

static void add(struct shuttle_sums *sums, const struct backend *b)
{
	const struct backend_cell *cell = backend_cell(b->handle.index);

	sums->up |= backend_status_up(b);
	sums->sent += stats_load(&cell->to_backend);
	sums->received += stats_load(&cell->to_client);
	for (size_t i = 0; i < COUNT(cell->errors); i++)
		sums->errors += stats_load(&cell->errors[i]);
	sums->connections += stats_load(&cell->sessions);
	sums->active += backend_sessions(b);
	sums->check_success += stats_load(&cell->checks_passed);
	sums->check_fail += stats_load(&cell->checks_failed);
}

void shuttle_sums_read(struct shuttle_sums *sums, const struct service *s,
		       const struct backend *b)
{
	*sums = (struct shuttle_sums){ .up = false };
	if (!config_members_is_group(b->conf)) {
		add(sums, b);
		return;
	}
	for (uint32_t i = 0; i < s->set.count; i++) {
		if (groups_is_member(b, s->set.list[i]))
			add(sums, s->set.list[i]);
	}
}

void shuttle_sums_status(struct json_writer *w, const struct service *s,
			 const struct backend *group)
{
	struct group_status status;

	group_status_read(&status, s, group);
	json_writer_put_string(w, "status", status.word);
	json_writer_put_integer(w, "addresses", status.members);
}
