/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/subscribed_regexps.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/known_table.h"
#include "core/log.h"
#include "core/pool_regexps.h"
#include "core/regex.h"

#define MATCH_US 10000	/* of processor time, for one key and all expressions */

struct subscribed_regexp {
	struct regex regex;
	size_t       len;
	char         text[256];
};

static bool has_table(struct subscribed_regexps *all, const char *server)
{
	struct shared_region *region = known_table_region();
	char name[SHARED_TABLE_NAME + 1];

	if (all->found && shared_table_valid(&all->table))
		return true;
	all->number = UINT64_MAX;	/* of no table: compiled anew */
	all->found = region != NULL &&
		     shared_table_find(region, pool_regexps_name(server, name), &all->table);
	return all->found;
}

static void clear(struct subscribed_regexps *all)
{
	for (unsigned i = 0; i < all->count; i++)
		regex_close(&all->list[i].regex);
	all->count = 0;
}

static void add(struct subscribed_regexps *all, struct slice key)
{
	struct subscribed_regexp *r = &all->list[all->count];
	char why[REGEX_WHY];

	if (!pool_regexps_is(key) || key.len > sizeof(r->text))
		return;
	memset(&r->regex, 0, sizeof(r->regex));
	/* it was compiled before it was let in */
	if (!regex_compile(&r->regex, slice_after(key, 1), why))
		return;
	memcpy(r->text, key.data, key.len);
	r->len = key.len;
	all->count++;
}

static int by_length(const void *a, const void *b)
{
	const struct subscribed_regexp *x = a, *y = b;

	if (x->len != y->len)
		return x->len > y->len ? -1 : 1;
	return memcmp(x->text, y->text, x->len);
}

static void compile_all(struct subscribed_regexps *all)
{
	static struct shared_entry entry;
	struct shared_walk walk = { .steps = UINT32_MAX };

	if (all->list == NULL)
		all->list = calloc(POOL_REGEXPS_MAX, sizeof(*all->list));
	CHECK(all->list != NULL);
	clear(all);
	while (all->count < POOL_REGEXPS_MAX &&
	       shared_table_next(&all->table, &walk, &entry) == SHARED_NEXT_ENTRY)
		add(all, entry.key);
	qsort(all->list, all->count, sizeof(*all->list), by_length);
}

bool subscribed_regexps_find(struct subscribed_regexps *all, const char *server, struct slice key,
			     struct slice *expression)
{
	static struct log_limit limit;
	uint64_t number, end;

	if (!has_table(all, server))
		return false;
	number = pool_regexps_number(&all->table);
	if (number != all->number)
		compile_all(all);
	all->number = number;
	end = clock_cpu_us() + MATCH_US;
	for (unsigned i = 0; i < all->count; i++) {
		struct subscribed_regexp *r = &all->list[i];
		uint64_t now = i % 16 == 0 ? clock_cpu_us() : 0;

		*expression = (struct slice){ r->text, r->len };
		if (now < end && regex_match(&r->regex, key, MATCH_US / 10) == REGEX_MATCHED)
			return true;
		if (now >= end) {
			if (log_limited(&limit, 1))
				log_write(LEVEL_WARN, "subscriptions %s: a key of %zu bytes takes "
					  "too long for %u expressions", server, key.len,
					  all->count);
			return false;
		}
	}
	return false;
}

void subscribed_regexps_close(struct subscribed_regexps *all)
{
	clear(all);
	free(all->list);
	*all = (struct subscribed_regexps){ .list = NULL };
}
