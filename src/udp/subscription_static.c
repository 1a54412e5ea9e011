/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_static.h"

#include "config/config_subscription.h"
#include "config/object.h"
#include "core/log.h"
#include "event/event.h"
#include "udp/subscription_pools.h"

static void release_object(void *value)
{
	object_release(value);
}

void subscription_static_open(struct subscription_static_keys *s)
{
	*s = (struct subscription_static_keys){ .keys.release = release_object };
}

void subscription_static_close(struct subscription_static_keys *s)
{
	map_clear(&s->keys);
}

static const char *nodes_of(const struct object *object)
{
	return object != NULL ? ((const struct subscription_key_conf *)object->conf)->nodes : NULL;
}

/* As announcements write it: of a unix socket, its path. */
static struct slice name_of(struct slice address)
{
	return slice_starts(address, "unix:/") ? slice_after(address, 5) : address;
}

static bool is_configured(struct slice name, void *arg)
{
	const char *at = nodes_of(arg);
	struct subscription_static n;

	while (config_subscription_next(&at, &n)) {
		if (slice_equal(name_of(n.address), name))
			return true;
	}
	return false;
}

static void put_one(struct subscription_pools *pools, struct slice key,
		    const struct subscription_static *from)
{
	struct subscription_node n = {
		.key = key, .name = name_of(from->address), .weight = from->weight,
		.modifier1 = from->modifier1, .modifier2 = from->modifier2,
		.backup = from->backup, .flags = POOL_STATIC,
	};
	char why[400];

	if (!addr_parse(&n.addr, from->address, ADDR_DIAL, NULL, why, sizeof(why)))
		return;
	addr_end_in_nul(&n.addr);
	if (subscription_pools_put(pools, &n, loop_now()) == SUBSCRIPTION_OVER_LIMIT)
		log_write(LEVEL_ERROR, "subscriptions %s: no room for a configured node of %.*s",
			  pools->server, (int)key.len, key.data);
}

void subscription_static_put(struct subscription_static_keys *s, struct subscription_pools *pools,
			     struct object *object)
{
	const char *at = nodes_of(object);
	struct slice key = slice_of(object->name);
	struct subscription_static n;

	map_set(&s->keys, key, object);
	subscription_pools_release(pools, key, is_configured, object);
	while (config_subscription_next(&at, &n))
		put_one(pools, key, &n);
}

void subscription_static_delete(struct subscription_static_keys *s,
				struct subscription_pools *pools, struct slice key)
{
	subscription_pools_release(pools, key, is_configured, NULL);
	(void)map_remove(&s->keys, key);
}

struct check {
	struct subscription_static_keys *s;
	struct subscription_pools       *pools;
};

static void check_key(struct slice key, void *arg)
{
	const struct check *c = arg;

	subscription_pools_release(c->pools, key, is_configured, map_get(&c->s->keys, key));
}

void subscription_static_check(struct subscription_static_keys *s,
			       struct subscription_pools *pools)
{
	struct check c = { s, pools };

	if (s->checked)
		return;
	s->checked = true;
	subscription_pools_each_static(pools, check_key, &c);
	if (pools->usable)
		shared_table_set_filled(&pools->table, true);
}
