/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_members.h"

#include <stdlib.h>
#include <string.h>

#include "config/config_types.h"
#include "core/arena.h"
#include "core/log.h"
#include "core/text.h"

#define WEIGHT_MAX 65535
#define SRV "srv:"

bool config_members_is_group(const struct backend_conf *conf)
{
	return conf->host != NULL && conf->addr.kind == ADDR_NONE;
}

bool config_members_is_member(const struct backend_conf *conf)
{
	return conf->host != NULL && conf->addr.kind != ADDR_NONE;
}

bool config_members_group_object(const struct object *object)
{
	return object->kind == &config_backend_kind && config_members_is_group(object->conf);
}

bool config_members_member_object(const struct object *object)
{
	return object->kind == &config_backend_kind && config_members_is_member(object->conf);
}

bool config_members_named(const char *group, const char *member)
{
	size_t len = strlen(group);

	return strncmp(group, member, len) == 0 && member[len] == '@';
}

/* Of equal addresses the one that is used first, and most. */
static int by_address(const void *left, const void *right)
{
	const struct member_address *a = left, *b = right;
	int order = addr_compare(&a->addr, &b->addr);

	if (order != 0)
		return order;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return (a->weight < b->weight) - (a->weight > b->weight);
}

/* The port that follows the last colon of a group's host; 0: it is `*`. */
static uint16_t port_of(const char *host)
{
	return (uint16_t)strtoul(strrchr(host, ':') + 1, NULL, 10);
}

static bool is_srv(const struct backend_conf *group)
{
	return strncmp(group->host, SRV, strlen(SRV)) == 0;
}

/* A copy with ports, sorted, each address once; what cannot be connected to is left out. */
static size_t prepare(const struct backend_conf *group, const struct member_address *list,
		      size_t count, struct member_address *out)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < count; i++) {
		out[n] = list[i];
		if (!is_srv(group)) {
			addr_set_port(&out[n].addr, port_of(group->host));
			out[n].addr.client_port = group->addr.client_port;
			out[n].priority = 0;
		} else if (addr_port(&out[n].addr) == 0) {
			continue;
		}
		n++;
	}
	if (n > 1)
		qsort(out, n, sizeof(*out), by_address);
	for (size_t i = 0; i < n && kept < CONFIG_MEMBERS_MAX; i++) {
		if (kept == 0 || !addr_equal(&out[kept - 1].addr, &out[i].addr))
			out[kept++] = out[i];
	}
	return kept;
}

static int by_number(const void *left, const void *right)
{
	return *(const uint16_t *)left - *(const uint16_t *)right;
}

/* The priorities that there are, in order; returns how many. */
static size_t find_ranks(const struct member_address *list, size_t count, uint16_t *ranks)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		ranks[i] = list[i].priority;
	if (count > 1)
		qsort(ranks, count, sizeof(*ranks), by_number);
	for (size_t i = 0; i < count; i++) {
		if (n == 0 || ranks[n - 1] != ranks[i])
			ranks[n++] = ranks[i];
	}
	return n;
}

/* A share of the record and of the group; a record's 0 is 1, for it wants to be used. */
static uint32_t weight_of(const struct backend_conf *group, const struct member_address *a)
{
	uint64_t weight = group->weight;

	if (is_srv(group))
		weight *= a->weight != 0 ? a->weight : 1;
	return weight < WEIGHT_MAX ? (uint32_t)weight : WEIGHT_MAX;
}

static struct backend_conf conf_of(const struct backend_conf *group,
				   const struct member_address *a, uint32_t tier)
{
	struct backend_conf conf = *group;
	uint16_t check_port = group->check_addr.port_last;

	conf.addr = a->addr;
	conf.tier = tier;
	conf.weight = weight_of(group, a);
	if (conf.check_addr.kind == ADDR_NONE && check_port != 0) {
		conf.check_addr = a->addr;
		conf.check_addr.client_port = false;
		addr_set_port(&conf.check_addr, check_port);
	}
	return conf;
}

static struct object *make(const struct object *group, const struct backend_conf *conf)
{
	char address[ADDR_TEXT];
	struct object *object;
	struct text name;

	text_init(&name);
	text_printf(&name, "%s@%s", group->name, addr_print(&conf->addr, address, sizeof(address)));
	object = object_new(group->kind, &(struct object_source){
			.name = text_cstr(&name), .file = group->file, .line = group->line,
			.column = group->column, .order = group->order, .conf = conf });
	text_close(&name);
	return object;
}

static const struct addr *address_at(const struct members *m, size_t i)
{
	return &((const struct backend_conf *)m->list[i]->conf)->addr;
}

/* The member of `before` with that address, from `*at` on: both are sorted. */
static struct object *find(const struct members *before, const struct addr *addr, size_t *at)
{
	while (*at < before->count && addr_compare(address_at(before, *at), addr) < 0)
		++*at;
	if (*at == before->count || !addr_equal(address_at(before, *at), addr))
		return NULL;
	return before->list[*at];
}

static bool is_of(const struct object *member, const struct object *group)
{
	return member->order == group->order && member->kind == group->kind &&
	       config_members_named(group->name, member->name);
}

void config_members(const struct object *group, const struct member_address *list, size_t count,
		    const struct members *before, struct members *out)
{
	const struct backend_conf *of = group->conf;
	struct member_address *sorted = malloc((count + 1) * sizeof(*sorted));
	uint16_t *ranks = malloc((count + 1) * sizeof(*ranks));
	size_t rank_count, at = 0;

	CHECK(sorted != NULL && ranks != NULL);
	count = prepare(of, list, count, sorted);
	rank_count = find_ranks(sorted, count, ranks);
	*out = (struct members){ malloc((count + 1) * sizeof(*out->list)), count };
	CHECK(out->list != NULL);
	for (size_t i = 0; i < count; i++) {
		const uint16_t *rank = bsearch(&sorted[i].priority, ranks, rank_count,
					       sizeof(*ranks), by_number);
		struct backend_conf conf = conf_of(of, &sorted[i], (uint32_t)(rank - ranks));
		struct object *old = find(before, &conf.addr, &at);

		if (old != NULL && is_of(old, group) && object_equals(old, &conf))
			out->list[i] = object_hold(old);
		else
			out->list[i] = make(group, &conf);
	}
	free(ranks);
	free(sorted);
}

void config_members_free(struct members *members)
{
	for (size_t i = 0; i < members->count; i++)
		object_release(members->list[i]);
	free(members->list);
	*members = (struct members){ NULL, 0 };
}

static int by_member(const void *left, const void *right)
{
	const struct backend_conf *a = (*(struct object *const *)left)->conf;
	const struct backend_conf *b = (*(struct object *const *)right)->conf;

	return addr_compare(&a->addr, &b->addr);
}

struct object *config_members_find(const struct members *members, const struct object *member)
{
	struct object **found = members->count == 0 ? NULL
		: bsearch(&member, members->list, members->count, sizeof(*members->list),
			  by_member);

	return found != NULL ? *found : NULL;
}

static void add_row(const char *group_path, enum diff_verb verb, struct object *object,
		    struct arena *arena, struct config_diff *diff)
{
	const char *name = strrchr(group_path, '/') + 1;
	struct text path;

	text_init(&path);
	text_append(&path, group_path, (size_t)(name - group_path));
	text_puts(&path, object->name);
	config_diff_add(diff, arena, &(struct diff_row){
			.verb = verb, .path = arena_strdup(arena, text_cstr(&path)),
			.object = object_hold(object), .text = "" });
	text_close(&path);
}

void config_members_diff(const char *path, const struct members *before,
			 const struct members *after, struct arena *arena,
			 struct config_diff *diff)
{
	size_t at = 0;

	for (size_t i = 0; i < after->count; i++) {
		const struct object *old = find(before, address_at(after, i), &at);

		if (old != after->list[i])
			add_row(path, old == NULL ? DIFF_ADD : DIFF_CHANGE, after->list[i], arena,
				diff);
	}
	at = 0;
	for (size_t i = 0; i < before->count; i++) {
		if (find(after, address_at(before, i), &at) == NULL)
			add_row(path, DIFF_REMOVE, before->list[i], arena, diff);
	}
}
