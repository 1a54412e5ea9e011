/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_differences.h"

#include "config/config.h"
#include "config/config_compare.h"
#include "core/arena.h"

struct counting {
	const struct config_node *other;
	size_t                    count;
	bool                      missing_only;	/* what both have is counted from the other side */
};

static size_t count_lines(const char *text)
{
	size_t lines = text != NULL;

	for (; text != NULL && *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static size_t compare_objects(const struct object *a, const struct object *b)
{
	struct arena *arena;
	size_t count;

	if (a == b || object_equals(a, b->conf))
		return 0;
	arena = arena_new();
	count = count_lines(config_compare(a->conf, b->conf, a->kind->conf, "", arena));
	arena_free(arena);
	return count;
}

static size_t compare_nodes(const struct config_node *a, const struct config_node *b);

static void compare_child(const struct config_node *child, void *arg)
{
	struct counting *c = arg;
	const struct config_node *other =
		config_below(c->other, slice_of(config_object(child)->key));

	if (other == NULL)
		c->count++;
	else if (!c->missing_only)
		c->count += compare_nodes(child, other);
}

static size_t compare_nodes(const struct config_node *a, const struct config_node *b)
{
	struct counting there = { b, 0, false }, back = { a, 0, true };

	if (a == b)
		return 0;
	config_each_below(a, compare_child, &there);
	config_each_below(b, compare_child, &back);
	return compare_objects(config_object(a), config_object(b)) + there.count + back.count;
}

size_t config_differences(const struct config *a, const struct config *b)
{
	return compare_nodes(config_root(a), config_root(b));
}
