/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/fanout_names.h"

#include <stdlib.h>

#include "core/list.h"
#include "core/log.h"
#include "udp/dns.h"

static void free_name(void *value)
{
	struct fanout_name *name = value;

	if (name->watch != NULL)
		dns_unwatch(name->watch);
	free(name);
}

void fanout_names_open(struct fanout_names *names, dns_changed *changed, void *owner)
{
	*names = (struct fanout_names){ .changed = changed, .owner = owner };
	names->by_text.release = free_name;
}

void fanout_names_close(struct fanout_names *names)
{
	map_clear(&names->by_text);
}

static void set_unused(void *value, void *arg)
{
	struct fanout_name *name = value;

	(void)arg;
	name->used = name->fresh = false;
}

void fanout_names_begin(struct fanout_names *names)
{
	map_each(&names->by_text, set_unused, NULL);
}

struct unused_name {
	struct fanout_name *any;
};

static void note_unused(void *value, void *arg)
{
	struct fanout_name *name = value;

	if (!name->used)
		((struct unused_name *)arg)->any = name;
}

static void count_pending(void *value, void *arg)
{
	const struct fanout_name *name = value;

	*(unsigned *)arg += name->pending;
}

static void take_over(void *value, void *arg)
{
	struct fanout_name *name = value;
	uint64_t first = *(uint64_t *)arg;

	if (name->fresh && first != 0)
		name->since = (struct fanout_since){ .number = first };
}

uint64_t fanout_names_end(struct fanout_names *names)
{
	struct unused_name unused;
	uint64_t first = 0;

	do {
		unused.any = NULL;
		map_each(&names->by_text, note_unused, &unused);
		if (unused.any == NULL)
			break;
		if (unused.any->pending && (first == 0 || unused.any->since.number < first))
			first = unused.any->since.number;
		(void)map_remove(&names->by_text, slice_of(unused.any->text));
	} while (unused.any != NULL);
	map_each(&names->by_text, take_over, &first);
	names->pending = 0;
	map_each(&names->by_text, count_pending, &names->pending);
	return first;
}

static struct fanout_name *name_new(struct fanout_names *names, const struct endpoint *endpoint,
				    uint32_t refresh_ms, const struct fanout_since *since)
{
	struct fanout_name *name = calloc(1, sizeof(*name));

	CHECK(name != NULL);
	(void)endpoint_print(endpoint, name->text, sizeof(name->text));
	name->port = endpoint->type == ENDPOINT_NAME ? endpoint->port : 0;
	name->refresh_ms = refresh_ms;
	name->pending = name->fresh = true;
	name->since = *since;
	name->watch = dns_watch(endpoint, refresh_ms, names->changed, names->owner);
	map_set(&names->by_text, slice_of(name->text), name);
	return name;
}

/* How often it is resolved is of the watch: the answer that there is stays. */
static void watch_again(struct fanout_names *names, struct fanout_name *name,
			const struct endpoint *endpoint, uint32_t refresh_ms)
{
	struct dns_watch *before = name->watch;

	name->refresh_ms = refresh_ms;
	name->watch = dns_watch(endpoint, refresh_ms, names->changed, names->owner);
	if (before != NULL)
		dns_unwatch(before);
}

struct fanout_name *fanout_names_want(struct fanout_names *names, const struct endpoint *endpoint,
				      uint32_t refresh_ms, const struct fanout_since *since)
{
	char text[ENDPOINT_TEXT];
	struct fanout_name *name;

	(void)endpoint_print(endpoint, text, sizeof(text));
	name = map_get(&names->by_text, slice_of(text));
	if (name == NULL)
		name = name_new(names, endpoint, refresh_ms, since);
	else if (name->refresh_ms != refresh_ms)
		watch_again(names, name, endpoint, refresh_ms);
	name->used = true;
	return name;
}

static const struct dns_answer *answer_of(const struct fanout_name *name)
{
	return name->watch != NULL ? dns_answer(name->watch) : NULL;
}

bool fanout_names_address(const struct fanout_name *name, size_t n, struct addr *addr)
{
	const struct dns_answer *answer = answer_of(name);

	if (answer == NULL || n >= answer->count)
		return false;
	*addr = answer->addresses[n].addr;
	if (name->port != 0)
		addr_set_port(addr, name->port);
	addr->datagram = true;
	return true;
}

static void note_answer(void *value, void *arg)
{
	struct fanout_name *name = value;
	const struct dns_answer *answer = answer_of(name);

	(void)arg;
	if (answer != NULL && (answer->answered || answer->count > 0))
		name->pending = false;
}

void fanout_names_answered(struct fanout_names *names)
{
	map_each(&names->by_text, note_answer, NULL);
	names->pending = 0;
	map_each(&names->by_text, count_pending, &names->pending);
}
