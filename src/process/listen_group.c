/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_group.h"

#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "core/arena.h"
#include "core/log.h"
#include "os/listen_socket.h"
#include "process/listen_table.h"

#define WHY 512

static void make_room(struct listen_address *a, unsigned count)
{
	int *fds;

	if (count <= a->room)
		return;
	fds = arena_alloc(a->arena, count * sizeof(*fds));
	memcpy(fds, a->fds, a->count * sizeof(*fds));
	a->fds = fds;
	a->room = count;
}

bool listen_group_grow(struct listen_address *a, unsigned count, char *why, size_t size)
{
	if (a->shared || count <= a->count)
		return true;
	make_room(a, count);
	if (!listen_socket_grow(&a->addr, a->fds, a->count, count, why, size))
		return false;
	a->next_count = count;
	return true;
}

void listen_group_withdraw(struct listen_address *a)
{
	for (unsigned i = a->count; i < a->next_count; i++)
		close(a->fds[i]);
	a->next_count = a->count;
}

void listen_group_listen(struct listen_address *a)
{
	const int *added = a->fds + a->count;
	unsigned n = a->next_count - a->count;
	char why[WHY];

	listen_socket_tune(&a->addr, added, n, a->next.nodelay);
	if (!listen_socket_listen(&a->addr, added, n, a->next.conf->backlog, why, sizeof(why)))
		log_write(LEVEL_ERROR, "%s", why);
}

struct change_address listen_group_sockets(const struct listen_address *a, bool whole)
{
	unsigned first = whole ? 0 : a->count, count = a->next_count - first;

	return (struct change_address){ .id = a->id,
					.addr = a->addr,
					.kind = a->next_kind,
					.shared = a->shared,
					.first = first,
					.fds = count != 0 ? a->fds + first : NULL,
					.count = count };
}
