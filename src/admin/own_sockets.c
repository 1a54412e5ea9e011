/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/own_sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/log.h"
#include "core/scoreboard.h"
#include "core/slab.h"
#include "process/change.h"
#include "process/kind.h"

static struct list all;
static struct slab places;

void own_sockets_open(void)
{
	list_init(&all);
	slab_init(&places, sizeof(struct own_socket));
}

static struct own_socket *find(uint32_t id, unsigned place)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		struct own_socket *s = container_of(node, struct own_socket, link);

		if (s->id == id && s->place == place)
			return s;
	}
	return NULL;
}

static void forget(struct own_socket *s)
{
	list_unlink(&s->link);
	close(s->fd);
	slab_give(&places, s);
}

void own_sockets_close(void)
{
	while (!list_empty(&all))
		forget(container_of(all.next, struct own_socket, link));
}

static bool is_own(const struct change_address *a)
{
	return a->kind == kind_at(scoreboard_occupant(scoreboard_own())->kind);
}

static void add(const struct change_address *a, unsigned i)
{
	struct own_socket *s = slab_take(&places);

	CHECK(s != NULL);
	*s = (struct own_socket){ .id = a->id, .place = a->first + i, .addr = a->addr,
				  .fd = a->fds[i], .added = true };
	list_init(&s->link);
	list_append(&all, &s->link);
}

static void change(uint32_t id, struct handle next, bool away)
{
	for (struct list *node = all.next; node != &all; node = node->next) {
		struct own_socket *s = container_of(node, struct own_socket, link);

		if (s->id != id)
			continue;
		s->changing = true;
		s->next = next;
		s->away = away;
	}
}

bool own_sockets_prepare(const struct change_op *op)
{
	const struct change_address *a = &op->address;

	if (op->kind != NULL)
		return false;
	if (!is_own(a)) {	/* perhaps it moves to another kind of process */
		change(a->id, op->parent, true);
		return false;
	}
	for (unsigned i = 0; i < a->count; i++) {
		if (find(a->id, a->first + i) == NULL)
			add(a, i);
		else
			close(a->fds[i]);
	}
	change(a->id, op->parent, false);
	return true;
}

static void end_change(bool commit)
{
	struct list *node = all.next;

	while (node != &all) {
		struct own_socket *s = container_of(node, struct own_socket, link);

		node = node->next;
		if (!s->changing)
			continue;
		s->changing = false;
		if (commit)
			s->owner = s->next;
		if (commit ? s->away : s->added)
			forget(s);
		else
			s->added = false;
	}
}

void own_sockets_commit(void)
{
	end_change(true);
}

void own_sockets_abort(void)
{
	end_change(false);
}

void own_sockets_close_address(uint32_t id)
{
	struct list *node = all.next;

	while (node != &all) {
		struct own_socket *s = container_of(node, struct own_socket, link);

		node = node->next;
		if (s->id == id)
			forget(s);
	}
}

const struct own_socket *own_sockets_get(uint32_t id, unsigned place)
{
	return find(id, place);
}

const struct own_socket *own_sockets_next(const struct own_socket *s)
{
	const struct list *node = s != NULL ? s->link.next : all.next;

	return node != &all ? container_of(node, struct own_socket, link) : NULL;
}

int own_sockets_copy(const struct own_socket *s)
{
	return fcntl(s->fd, F_DUPFD_CLOEXEC, 0);
}
