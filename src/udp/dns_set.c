/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_set.h"

#include <stdlib.h>
#include <string.h>

static struct dns_address *list_of(const struct dns_set *set)
{
	return (struct dns_address *)(void *)set->bytes.data;
}

const struct dns_address *dns_set_list(const struct dns_set *set)
{
	return list_of(set);
}

void dns_set_add(struct dns_set *set, const struct dns_address *address)
{
	text_append(&set->bytes, address, sizeof(*address));
	set->count++;
}

void dns_set_add_all(struct dns_set *set, const struct dns_set *from)
{
	if (from->count > 0)
		text_append(&set->bytes, from->bytes.data,
			    from->count * sizeof(struct dns_address));
	set->count += from->count;
}

/* As people sort them: v4 first, then by host, then by port. */
static int compare_addresses(const struct addr *a, const struct addr *b)
{
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == ADDR_INET)
		order = memcmp(&a->u.in.sin_addr, &b->u.in.sin_addr, sizeof(a->u.in.sin_addr));
	else
		order = memcmp(&a->u.in6.sin6_addr, &b->u.in6.sin6_addr,
			       sizeof(a->u.in6.sin6_addr));
	return order != 0 ? order : addr_compare(a, b);
}

static int compare(const void *one, const void *other)
{
	const struct dns_address *a = one, *b = other;
	int order = compare_addresses(&a->addr, &b->addr);

	if (order != 0)
		return order;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return (a->weight < b->weight) - (a->weight > b->weight);
}

void dns_set_sort(struct dns_set *set)
{
	struct dns_address *list = list_of(set);
	size_t kept = 0;

	if (set->count < 2)
		return;
	qsort(list, set->count, sizeof(*list), compare);
	for (size_t i = 1; i < set->count; i++) {
		if (!addr_equal(&list[kept].addr, &list[i].addr))
			list[++kept] = list[i];
	}
	dns_set_limit(set, kept + 1);
}

void dns_set_limit(struct dns_set *set, size_t most)
{
	if (set->count <= most)
		return;
	set->count = most;
	text_truncate(&set->bytes, most * sizeof(struct dns_address));
}

bool dns_set_equal(const struct dns_set *a, const struct dns_set *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (compare(&list_of(a)[i], &list_of(b)[i]) != 0)
			return false;
	}
	return true;
}

void dns_set_clear(struct dns_set *set)
{
	dns_set_limit(set, 0);
}

void dns_set_move(struct dns_set *to, struct dns_set *from)
{
	dns_set_close(to);
	*to = *from;
	*from = (struct dns_set){ .count = 0 };
}

void dns_set_close(struct dns_set *set)
{
	text_close(&set->bytes);
	*set = (struct dns_set){ .count = 0 };
}
