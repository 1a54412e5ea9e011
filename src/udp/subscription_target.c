/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_target.h"

#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/endpoint.h"
#include "core/log.h"
#include "udp/dns.h"

struct subscription_target {
	struct subscription_target *next;
	struct arena     *arena;	/* of the name */
	struct endpoint   endpoint;
	struct dns_watch *watch;	/* NULL: it is an address */
};

static void on_changed(struct dns_watch *w, void *owner)
{
	(void)w;
	(void)owner;	/* the next announcement goes to the new addresses */
}

static struct subscription_target *new_target(struct slice text)
{
	struct subscription_target *t = calloc(1, sizeof(*t));
	const char *why;

	CHECK(t != NULL);
	t->arena = arena_new();
	/* the configuration was read: it is one */
	CHECK(endpoint_parse(text, &t->endpoint, NULL, t->arena, &why));
	if (t->endpoint.type != ENDPOINT_ADDR)
		t->watch = dns_watch(&t->endpoint, 0, on_changed, t);
	return t;
}

struct subscription_target *subscription_target_open(const char *list)
{
	struct subscription_target *first = NULL, **last = &first;

	while (list != NULL && *list != '\0') {
		size_t len = strcspn(list, " ");

		*last = new_target((struct slice){ list, len });
		last = &(*last)->next;
		list += len + strspn(list + len, " ");
	}
	return first;
}

void subscription_target_close(struct subscription_target **targets)
{
	while (*targets != NULL) {
		struct subscription_target *t = *targets;

		*targets = t->next;
		if (t->watch != NULL)
			dns_unwatch(t->watch);
		arena_free(t->arena);
		free(t);
	}
}

bool subscription_target_address(const struct subscription_target *t, unsigned n,
				 struct addr *addr)
{
	for (; t != NULL; t = t->next) {
		const struct dns_answer *answer = t->watch != NULL ? dns_answer(t->watch) : NULL;
		size_t count = t->watch == NULL ? 1 : answer != NULL ? answer->count : 0;

		if (n >= count) {
			n -= (unsigned)count;
			continue;
		}
		*addr = t->watch == NULL ? t->endpoint.addr : answer->addresses[n].addr;
		if (t->watch != NULL && t->endpoint.type == ENDPOINT_NAME)
			addr_set_port(addr, t->endpoint.port);
		return true;
	}
	return false;
}
