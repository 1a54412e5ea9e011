/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/address_group.h"

#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/log.h"
#include "process/addresses.h"
#include "process/sockets.h"

#define WHY 512

static void make_room(struct address *a, unsigned count)
{
	int *fds;

	if (count <= a->room)
		return;
	fds = arena_alloc(a->arena, count * sizeof(*fds));
	memcpy(fds, a->fds, a->count * sizeof(*fds));
	a->fds = fds;
	a->room = count;
}

bool address_group_grow(struct address *a, unsigned count, char *why, size_t size)
{
	if (a->shared || count <= a->count)
		return true;
	make_room(a, count);
	if (!sockets_grow(&a->addr, a->fds, a->count, count, why, size))
		return false;
	a->next_count = count;
	return true;
}

void address_group_withdraw(struct address *a)
{
	for (unsigned i = a->count; i < a->next_count; i++)
		close(a->fds[i]);
	a->next_count = a->count;
}

void address_group_listen(struct address *a)
{
	const int *added = a->fds + a->count;
	unsigned n = a->next_count - a->count;
	char why[WHY];

	sockets_tune(&a->addr, added, n, a->next_owner->nodelay);
	if (!sockets_listen(&a->addr, added, n, a->next_conf->backlog, why, sizeof(why)))
		log_write(LEVEL_ERROR, "%s", why);
}

struct change_address address_group_sockets(const struct address *a, bool whole)
{
	unsigned first = whole ? 0 : a->count, count = a->next_count - first;

	return (struct change_address){ .id = a->id,
					.addr = a->addr,
					.shared = a->shared,
					.first = first,
					.fds = count != 0 ? a->fds + first : NULL,
					.count = count };
}
