/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_inherited.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/json_node.h"
#include "core/map.h"
#include "core/report.h"
#include "core/units.h"
#include "udp/dns_answer.h"

static void release(void *value)
{
	dns_set_close(&((struct dns_inherited *)value)->set);
}

static struct map all = { .release = release };	/* by key */
static struct arena *arena;			/* of all of them */

/* As dns_use_address() prints it. */
static bool parse_address(const char *text, struct addr *addr)
{
	char why[256];

	*addr = (struct addr){ .kind = ADDR_INET, .len = sizeof(addr->u.in) };
	addr->u.in.sin_family = AF_INET;
	if (inet_pton(AF_INET, text, &addr->u.in.sin_addr) == 1)
		return true;
	*addr = (struct addr){ .kind = ADDR_INET6, .len = sizeof(addr->u.in6) };
	addr->u.in6.sin6_family = AF_INET6;
	if (inet_pton(AF_INET6, text, &addr->u.in6.sin6_addr) == 1)
		return true;
	return addr_parse(addr, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why)) &&
	       (addr->kind == ADDR_INET || addr->kind == ADDR_INET6);
}

static uint16_t number_at(const struct node *list, size_t i)
{
	uint64_t value;

	if (list == NULL || list->kind != NODE_LIST || i >= list->count ||
	    list->items[i]->kind != NODE_SCALAR || !number_parse(list->items[i]->value, &value))
		return 0;
	return (uint16_t)value;
}

static void read_addresses(const struct node *list, const struct node *records,
			   struct dns_set *set)
{
	for (size_t i = 0; list != NULL && list->kind == NODE_LIST && i < list->count; i++) {
		const struct node *item = list->items[i];
		struct dns_address a = { .priority = number_at(records, 2 * i),
					 .weight = number_at(records, 2 * i + 1) };

		if (item->kind == NODE_SCALAR && parse_address(item->value.data, &a.addr))
			dns_set_add(set, &a);
	}
	dns_set_sort(set);
	dns_set_limit(set, DNS_ADDRESSES_MAX);
}

static uint64_t read_number(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);
	uint64_t value;

	return node != NULL && node->kind == NODE_SCALAR && number_parse(node->value, &value)
		? value : 0;
}

static bool read_bool(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);

	return node != NULL && node->kind == NODE_SCALAR && slice_is(node->value, "true");
}

static void add(const char *key, const struct node *name)
{
	struct dns_inherited *i = arena_alloc(arena, sizeof(*i));
	uint64_t now = clock_ms(), ttl_s = read_number(name, "ttl_seconds");

	*i = (struct dns_inherited){ .since_ms = read_number(name, "confirmed_ms"),
				     .ttl_s = ttl_s < UINT32_MAX ? (uint32_t)ttl_s : UINT32_MAX,
				     .stale = read_bool(name, "stale") };
	if (i->since_ms > now)
		i->since_ms = now;
	read_addresses(node_get(name, "addresses"), node_get(name, "records"), &i->set);
	if (i->set.count != 0)
		map_set(&all, slice_of(arena_strdup(arena, key)), i);
	else
		dns_set_close(&i->set);
}

static const struct node *map_at(const struct node *map, const char *key)
{
	const struct node *node = map != NULL && map->kind == NODE_MAP ? node_get(map, key) : NULL;

	return node != NULL && node->kind == NODE_MAP ? node : NULL;
}

void dns_inherited_open(void)
{
	struct arena *used = arena_new();
	struct slice text = report_read(REPORT_RESOLVER, used);
	const struct node *names = NULL;
	char why[JSON_NODE_WHY];

	if (text.len != 0)
		names = map_at(map_at(json_node_read(text, used, why), "resolver"), "names");
	arena = arena_new();
	for (size_t i = 0; names != NULL && i < names->count; i++) {
		if (names->items[i]->kind == NODE_MAP)
			add(names->keys[i]->value.data, names->items[i]);
	}
	arena_free(used);
}

void dns_inherited_close(void)
{
	map_clear(&all);
	arena_free(arena);
	arena = NULL;
}

bool dns_inherited_take(const struct dns_use *use, struct dns_inherited *out)
{
	struct dns_inherited *i;
	struct text key;

	text_init(&key);
	dns_use_key(use, &key);
	i = map_get(&all, text_slice(&key));
	if (i != NULL) {
		*out = *i;
		i->set = (struct dns_set){ .count = 0 };
		(void)map_remove(&all, text_slice(&key));
	}
	text_close(&key);
	return i != NULL;
}
