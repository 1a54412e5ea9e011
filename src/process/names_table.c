/* SPDX-License-Identifier: BSD-2-Clause */
#include "process/names_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/map.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "process/names_codec.h"

struct names_answer {		/* of a name that is asked for so often */
	char                  *key;
	bool                   gone;
	struct member_address *list;
	size_t                 count;
	uint64_t               number;
	bool                   needed;	/* names_table_prune() */
};

static void free_group(void *value)
{
	struct names_group *g = value;

	config_members_free(&g->members);
	object_release(g->object);
	free(g->path);
	free(g);
}

static void free_answer(void *value)
{
	struct names_answer *a = value;

	free(a->list);
	free(a->key);
	free(a);
}

static struct map groups = { .release = free_group };	/* by path */
static struct map answers = { .release = free_answer };	/* by key */

static const struct backend_conf *conf_of(const struct object *group)
{
	return group->conf;
}

static void add_group(struct object *object, struct object *parent, const char *path, void *arg)
{
	struct members none = { NULL, 0 };

	(void)parent;
	(void)arg;
	if (config_members_group_object(object))
		(void)names_table_put(path, object, &none, 0);
}

void names_table_begin(const struct config *config)
{
	config_each(config, "", add_group, NULL);
}

void names_table_close(void)
{
	map_clear(&groups);
	map_clear(&answers);
}

struct names_group *names_table_group(const char *path)
{
	return groups.count != 0 ? map_get(&groups, slice_of(path)) : NULL;
}

bool names_table_empty(void)
{
	return groups.count == 0;
}

struct each_group {
	void (*each)(struct names_group *group, void *arg);
	void *arg;
};

static void visit_group(void *value, void *arg)
{
	const struct each_group *e = arg;

	e->each(value, e->arg);
}

void names_table_each(void (*each)(struct names_group *group, void *arg), void *arg)
{
	struct each_group e = { each, arg };

	map_each(&groups, visit_group, &e);
}

static struct names_group *new_group(const char *path)
{
	struct names_group *g = calloc(1, sizeof(*g));

	CHECK(g != NULL);
	g->path = strdup(path);
	CHECK(g->path != NULL);
	map_set(&groups, slice_of(g->path), g);
	return g;
}

struct names_group *names_table_put(const char *path, struct object *object,
				    struct members *members, uint64_t applied)
{
	struct names_group *g = map_get(&groups, slice_of(path));

	if (g == NULL)
		g = new_group(path);
	object_release(g->object);
	config_members_free(&g->members);
	g->object = object_hold(object);
	g->members = *members;
	g->applied = applied;
	*members = (struct members){ NULL, 0 };
	return g;
}

void names_table_left_out(struct names_group *g, unsigned short_of, unsigned looping)
{
	struct backend_cell *cell = backend_cell(g->object->handle.index);

	g->short_of = short_of;
	g->looping = looping;
	atomic_store(&cell->short_of, short_of);
	atomic_store(&cell->looping, looping);
}

void names_table_remove(const char *path)
{
	(void)map_remove(&groups, slice_of(path));
}

static void print_key(const char *host, uint64_t refresh_ms, struct text *key)
{
	text_printf(key, "%s %llu", host, (unsigned long long)refresh_ms);
}

static struct names_answer *answer_for(const struct object *group)
{
	const struct backend_conf *conf = conf_of(group);
	struct names_answer *a;
	struct text key;

	text_init(&key);
	print_key(conf->host, conf->refresh_ms, &key);
	a = map_get(&answers, text_slice(&key));
	text_close(&key);
	return a;
}

static void need_answer(struct names_group *g, void *arg)
{
	struct names_answer *a = answer_for(g->object);

	(void)arg;
	if (a != NULL)
		a->needed = true;
}

static void find_unneeded(void *value, void *arg)
{
	struct names_answer *a = value;

	if (!a->needed)
		*(struct names_answer **)arg = a;
	a->needed = false;
}

void names_table_prune(void)
{
	struct names_answer *unneeded;

	do {
		unneeded = NULL;
		names_table_each(need_answer, NULL);
		map_each(&answers, find_unneeded, &unneeded);
		if (unneeded != NULL)
			(void)map_remove(&answers, slice_of(unneeded->key));
	} while (unneeded != NULL);
}

struct use_search {
	const struct named_addresses *names;
	bool                          found;
};

static void match_use(struct names_group *g, void *arg)
{
	const struct backend_conf *conf = conf_of(g->object);
	struct use_search *s = arg;

	s->found = s->found || (conf->refresh_ms == s->names->refresh_ms &&
				strcmp(conf->host, s->names->host) == 0);
}

static struct names_answer *new_answer(const struct named_addresses *names, const char *key)
{
	struct use_search s = { names, false };
	struct names_answer *a;

	names_table_each(match_use, &s);
	if (!s.found)
		return NULL;
	a = calloc(1, sizeof(*a));
	CHECK(a != NULL);
	a->key = strdup(key);
	CHECK(a->key != NULL);
	map_set(&answers, slice_of(a->key), a);
	return a;
}

static struct names_answer *find_answer(const struct named_addresses *names)
{
	struct names_answer *a;
	struct text key;

	text_init(&key);
	print_key(names->host, names->refresh_ms, &key);
	a = map_get(&answers, text_slice(&key));
	if (a == NULL)
		a = new_answer(names, text_cstr(&key));
	text_close(&key);
	return a;
}

static bool same(const struct names_answer *a, const struct named_addresses *names)
{
	return a->number != 0 && a->gone == names->gone && a->count == names->count &&
	       (a->count == 0 || memcmp(a->list, names->list, a->count * sizeof(*a->list)) == 0);
}

bool names_table_answer(const struct named_addresses *names)
{
	static uint64_t last;
	struct names_answer *a = find_answer(names);
	size_t size = names->count * sizeof(*a->list);

	if (a == NULL || same(a, names))
		return false;
	free(a->list);
	a->list = malloc(size + 1);
	CHECK(a->list != NULL);
	if (size != 0)
		memcpy(a->list, names->list, size);
	a->count = names->count;
	a->gone = names->gone;
	a->number = ++last;
	return true;
}

uint64_t names_table_members(const struct object *group, const struct members *before,
			     struct members *out)
{
	const struct names_answer *a = answer_for(group);
	bool none = a == NULL || (a->gone && conf_of(group)->gone == GONE_REMOVE);

	config_members(group, none ? NULL : a->list, none ? 0 : a->count, before, out);
	return a != NULL ? a->number : 0;
}

/* Order, duplicates and what is kept although it is gone mean nothing: then all is up to date. */
bool names_table_is_outdated(struct names_group *g)
{
	const struct names_answer *a = answer_for(g->object);
	struct members next;
	bool differs;
	uint64_t number;

	if (a == NULL || a->number == g->applied)
		return false;
	number = names_table_members(g->object, &g->members, &next);
	differs = next.count != g->members.count || g->short_of != 0 || g->looping != 0 ||
		  (next.count != 0 &&
		   memcmp(next.list, g->members.list, next.count * sizeof(*next.list)) != 0);
	config_members_free(&next);
	if (!differs)
		g->applied = number;
	return differs;
}

static void check_group(struct names_group *g, void *arg)
{
	bool *outdated = arg;

	*outdated = names_table_is_outdated(g) || *outdated;
}

bool names_table_outdated(void)
{
	bool outdated = false;

	names_table_each(check_group, &outdated);
	return outdated;
}

unsigned names_table_receivers(const struct object *object, const char *path)
{
	unsigned told = object->kind->told;

	if (object->kind->cell != CELL_BACKEND)
		return told;
	if (config_members_member_object(object))
		return told & ~(unsigned)TOLD_STATE;
	if (config_members_group_object(object) || names_table_group(path) != NULL)
		return told | TOLD_RESOLVER;
	return told;
}

struct each_member {
	config_visitor *visit;
	void           *arg;
};

static void visit_members(struct names_group *g, void *arg)
{
	const struct each_member *e = arg;
	size_t front = (size_t)(strrchr(g->path, '/') + 1 - g->path);
	struct text path;

	text_init(&path);
	for (size_t i = 0; i < g->members.count; i++) {
		text_clear(&path);
		text_append(&path, g->path, front);
		text_puts(&path, g->members.list[i]->name);
		e->visit(g->members.list[i], NULL, text_cstr(&path), e->arg);
	}
	text_close(&path);
}

void names_table_each_member(config_visitor *visit, void *arg)
{
	struct each_member e = { visit, arg };

	names_table_each(visit_members, &e);
}
