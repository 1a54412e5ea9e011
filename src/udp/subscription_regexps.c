/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_regexps.h"

#include "core/known_table.h"
#include "core/log.h"
#include "core/pool_regexps.h"
#include "core/regex.h"
#include "udp/known_part.h"
#include "udp/subscription_pools.h"

static void add_all(struct subscription_regexps *r, struct subscription_pools *pools)
{
	struct shared_walk walk = { .steps = UINT32_MAX };
	struct shared_view view;

	while (pools->usable &&
	       shared_table_view(&pools->table, &walk, &view) == SHARED_NEXT_ENTRY) {
		if (pool_regexps_is(view.key))
			subscription_regexps_filled(r, view.key);
	}
}

void subscription_regexps_set(struct subscription_regexps *r, const char *server, bool on,
			      struct subscription_pools *pools)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	if (r->on == on)
		return;
	if (!on) {
		subscription_regexps_drop(r);
		return;
	}
	r->on = region != NULL && region->own != NULL &&
		shared_table_create(region, pool_regexps_name(server, name), &r->table);
	if (r->on)
		add_all(r, pools);
	else
		log_write(LEVEL_ERROR, "subscriptions %s: no memory for regular expressions",
			  server);
}

void subscription_regexps_drop(struct subscription_regexps *r)
{
	if (!r->on)
		return;
	shared_table_drop(&r->table);
	r->on = false;
	known_part_dropped();
}

enum subscription_regexp subscription_regexps_check(struct subscription_regexps *r,
						    const char *server, struct slice key)
{
	static struct log_limit limit;
	static struct shared_entry entry;
	struct regex regex = { NULL };
	char why[REGEX_WHY];

	if (!r->on || !pool_regexps_is(key))
		return REGEXP_NONE;
	if (shared_table_get(&r->table, key, &entry))
		return REGEXP_GOOD;
	if (shared_table_count(&r->table) > POOL_REGEXPS_MAX)
		return REGEXP_FULL;
	if (regex_compile(&regex, slice_after(key, 1), why)) {
		regex_close(&regex);
		return REGEXP_GOOD;
	}
	if (log_limited(&limit, 1))
		log_write(LEVEL_WARN, "subscriptions %s: %.*s: %s", server, (int)key.len, key.data,
			  why);
	return REGEXP_BAD;
}

void subscription_regexps_filled(struct subscription_regexps *r, struct slice key)
{
	if (r->on && pool_regexps_is(key) && !pool_regexps_add(&r->table, key))
		log_write(LEVEL_WARN, "subscriptions: %.*s is one regular expression too many",
			  (int)key.len, key.data);
}

void subscription_regexps_emptied(struct subscription_regexps *r, struct slice key)
{
	if (r->on && pool_regexps_is(key))
		pool_regexps_remove(&r->table, key);
}
