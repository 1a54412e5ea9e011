/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/object.h"
#include "core/counter_rows.h"
#include "core/log.h"
#include "core/pool_regexps.h"
#include "core/pool_table.h"
#include "core/text.h"
#include "event/event.h"

_Static_assert(sizeof(struct subscription_totals) / 8 <= COUNTER_ROW_WORDS, "it counts too much");

/* As the API calls them, in the order of enum subscription_result. */
static const char *const words[SUBSCRIPTION_RESULTS] = {
	"new", "refresh", "unsubscribe", "malformed", "bad_signature",
	"replayed", "denied", "over_limit", "no_host", "duplicate", "unverified",
};

static void on_emptied(void *owner, struct slice key)
{
	struct subscription_server *s = owner;

	subscription_forward_gone(&s->forward, key);
	subscription_regexps_emptied(&s->regexps, key);
}

static void on_filled(void *owner, struct slice key)
{
	struct subscription_server *s = owner;

	subscription_regexps_filled(&s->regexps, key);
}

struct subscription_server *subscription_server_new(const struct datagram_receiver_kind *kind,
						    const char *path)
{
	struct subscription_server *s = calloc(1, sizeof(*s));

	CHECK(s != NULL);
	datagram_receiver_init(&s->receiver, kind, path);
	s->totals = &s->own;
	s->names.owner = s;
	subscription_forward_open(&s->forward, s->receiver.name);
	s->pools.filled = on_filled;
	subscription_static_open(&s->keys);
	s->pools.emptied = on_emptied;
	s->pools.owner = s;
	s->guard.server = s->receiver.name;
	return s;
}

/* A name of a fan-out begins with no slash. */
static void find_totals(struct subscription_server *s)
{
	char name[COUNTER_ROW_NAME + 2];
	int len = snprintf(name, sizeof(name), "//%s", s->receiver.name);
	uint64_t *row = counter_rows_take((struct slice){ name, (size_t)len });

	s->totals = row != NULL ? (struct subscription_totals *)row : &s->own;
}

void subscription_server_set_object(struct subscription_server *s, struct object *object)
{
	struct object *before = s->object;

	s->object = object;
	s->conf = object->conf;
	subscription_guard_set(&s->guard, s->conf);
	if (!s->opened) {
		subscription_pools_open(&s->pools, s->receiver.name, s->conf);
		find_totals(s);
		s->opened = true;
	}
	s->pools.conf = s->conf;
	subscription_regexps_set(&s->regexps, s->receiver.name, s->conf->regexp, &s->pools);
	subscription_forward_configure(&s->forward, s->conf);
	object_release(before);
}

void subscription_server_remove(struct subscription_server *s)
{
	subscription_forward_leave(&s->forward);
	subscription_regexps_drop(&s->regexps);
	subscription_pools_drop(&s->pools);
	subscription_guard_drop(&s->guard);
	subscription_names_close(&s->names);
	if (s->totals == &s->own)
		return;
	counter_rows_give((uint64_t *)s->totals);
	s->totals = &s->own;
}

void subscription_server_free(struct subscription_server *s)
{
	subscription_forward_close(&s->forward);
	subscription_names_close(&s->names);
	timer_cancel(&s->later);
	subscription_waiting_clear(&s->waiting);
	subscription_guard_close(&s->guard);
	subscription_static_close(&s->keys);
	object_release(s->object);
	free(s);
}

bool subscription_server_uses(const struct subscription_server *s, struct slice table)
{
	char name[SHARED_TABLE_NAME + 1];

	return slice_equal(table, pool_table_name(s->receiver.name, name)) ||
	       slice_equal(table, pool_regexps_name(s->receiver.name, name)) ||
	       subscription_guard_uses(&s->guard, table);
}

void subscription_server_second(struct subscription_server *s)
{
	subscription_guard_second(&s->guard);
	subscription_names_expire(&s->names, loop_now(), s->conf->tolerance_ms);
}

void subscription_server_print(const struct subscription_server *s, struct text *out)
{
	text_json(out, slice_of(s->receiver.name));
	text_printf(out, ":{\"keys\":%" PRIu64 ",\"nodes\":%" PRIu64
		    ",\"kernel_dropped\":%" PRIu64 ",\"datagrams\":{",
		    subscription_pools_keys(&s->pools), s->pools.nodes, s->totals->kernel);
	for (unsigned i = 0; i < SUBSCRIPTION_RESULTS; i++)
		text_printf(out, "%s\"%s\":%" PRIu64, i != 0 ? "," : "", words[i],
			    s->totals->results[i]);
	text_puts(out, "}}");
}
