/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/caches.h"

#include <stdlib.h>

#include "config/object.h"
#include "core/log.h"

static struct list caches;

void caches_open(void)
{
	list_init(&caches);
}

struct cache *caches_next(const struct cache *after)
{
	const struct list *node = after != NULL ? after->link.next : caches.next;

	return node != &caches ? container_of(node, struct cache, link) : NULL;
}

struct cache *caches_find(struct slice name)
{
	struct cache *c = NULL;

	while ((c = caches_next(c)) != NULL) {
		if (slice_is(name, c->object->name))
			return c;
	}
	return NULL;
}

struct cache *caches_add(struct object *object)
{
	struct cache *c = calloc(1, sizeof(*c));

	CHECK(c != NULL);
	list_append(&caches, &c->link);
	cache_open(c, object);
	return c;
}

void caches_remove(struct cache *c, bool drop)
{
	list_unlink(&c->link);
	cache_close(c, drop);
	free(c);
}
