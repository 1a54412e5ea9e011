/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/listen_table.h"

#include <sys/stat.h>
#include <unistd.h>

#include "config/object.h"
#include "core/arena.h"
#include "core/map.h"
#include "os/listen_holder.h"
#include "os/listen_path.h"

static struct list all = { &all, &all };
static struct map by_addr;	/* by printed address: the first of those that have it */
static struct map by_id;
static uint32_t last_id;

struct listen_address *listen_table_next(struct listen_address *a)
{
	struct list *node = a != NULL ? a->link.next : all.next;

	return node != &all ? container_of(node, struct listen_address, link) : NULL;
}

/*
 * The first of those that print the same: one may be open and others being closed, and a path that
 * is not printable looks like another one.
 */
static struct listen_address *first_with(const struct addr *addr)
{
	char text[ADDR_TEXT];

	return map_get(&by_addr, slice_of(addr_print(addr, text, sizeof(text))));
}

static struct listen_address *next_with_same(const struct listen_address *a,
					     const struct listen_address *first)
{
	struct listen_address *next = container_of(a->same.next, struct listen_address, same);

	return next != first ? next : NULL;
}

/*
 * What is being closed may come back until it is shut. A unix socket may not: its path is
 * removed by then. Nor may one whose path somebody else has removed.
 */
static bool is_reachable(const struct listen_address *a)
{
	if (a->state == LISTEN_CLOSING)
		return !a->shut && a->addr.kind != ADDR_UNIX;
	return !listen_path_lost(&a->addr, &a->path);
}

struct listen_address *listen_table_at(const struct addr *addr)
{
	struct listen_address *first = first_with(addr);

	for (struct listen_address *a = first; a != NULL; a = next_with_same(a, first)) {
		if (addr_equal(&a->addr, addr) && is_reachable(a))
			return a;
	}
	return NULL;
}

bool listen_table_lost(const struct addr *addr)
{
	struct listen_address *first = first_with(addr);

	for (struct listen_address *a = first; a != NULL; a = next_with_same(a, first)) {
		if (a->state == LISTEN_OPEN && addr_equal(&a->addr, addr) && !is_reachable(a))
			return true;
	}
	return false;
}

struct listen_address *listen_table_find(uint32_t id)
{
	return map_get(&by_id, map_number(&id));
}

static void note_addr(struct listen_address *a)
{
	struct listen_address *first = first_with(&a->addr);
	char text[ADDR_TEXT];

	list_init(&a->same);
	if (first != NULL)
		list_append(&first->same, &a->same);
	a->key = slice_of(arena_strdup(a->arena, addr_print(&a->addr, text, sizeof(text))));
	if (first == NULL)
		map_set(&by_addr, a->key, a);
}

/* The key in the map is the one of its value: it goes with that. */
static void forget_addr(struct listen_address *a)
{
	struct listen_address *other = next_with_same(a, a);

	if (map_get(&by_addr, a->key) == a) {
		(void)map_remove(&by_addr, a->key);
		if (other != NULL)
			map_set(&by_addr, other->key, other);
	}
	list_unlink(&a->same);
}

void listen_table_add(struct listen_address *a)
{
	a->id = ++last_id;
	map_set(&by_id, map_number(&a->id), a);
	list_init(&a->closing);
	list_append(&all, &a->link);
	note_addr(a);
}

void listen_table_unlink(struct listen_address *a)
{
	listen_path_remove(&a->addr, &a->path);
}

void listen_table_close_sockets(struct listen_address *a)
{
	for (unsigned i = 0; i < a->count; i++)
		close(a->fds[i]);
	a->count = a->next_count = 0;
}

void listen_table_set_use(struct listen_address *a, const struct kind_listener *use)
{
	struct kind_listener before = a->use;

	a->use = use != NULL ? *use : (struct kind_listener){ .conf = NULL };
	if (a->use.owner != NULL)
		object_hold(a->use.owner);
	if (a->use.listener != NULL)
		object_hold(a->use.listener);
	object_release(before.owner);
	object_release(before.listener);
}

void listen_table_remove(struct listen_address *a)
{
	listen_table_set_use(a, NULL);
	timer_cancel(&a->timer);	/* a stop may come while it is being closed */
	list_unlink(&a->closing);
	listen_table_close_sockets(a);
	list_unlink(&a->link);
	forget_addr(a);
	(void)map_remove(&by_id, map_number(&a->id));
	arena_free(a->arena);
}

void listen_table_close_copies(const struct process_kind *kind)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (a->kind != kind)
			listen_table_close_sockets(a);
	}
}

void listen_table_forked(void)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (a->state != LISTEN_OPEN)
			a->incomplete = true;
	}
}

static bool has_socket(const struct listen_address *a, uint64_t inode)
{
	struct stat st;

	for (unsigned i = 0; i < a->count; i++) {
		if (fstat(a->fds[i], &st) == 0 && st.st_ino == inode)
			return true;
	}
	return false;
}

bool listen_table_is_own(const struct addr *local, uint64_t inode)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (addr_overlaps(&a->addr, local) && has_socket(a, inode))
			return true;
	}
	return false;
}

/*
 * Only such an address may be shared, and only with ourselves: with the same port alone the
 * other holder is a stranger, and a stranger may have joined our wildcard.
 */
bool listen_table_overlaps(const struct addr *addr)
{
	struct listen_address *a;

	for (LISTEN_TABLE_EACH(a)) {
		if (!a->shut && addr_port(addr) != 0 && addr_overlaps(&a->addr, addr))
			return !listen_holder_stranger(addr);
	}
	return false;
}
