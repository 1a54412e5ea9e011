/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/subscription_part.h"

#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "event/event.h"
#include "process/child.h"
#include "udp/datagram_part.h"
#include "udp/datagram_receivers.h"
#include "udp/known_part.h"
#include "udp/pool_owner.h"
#include "udp/resolver_report.h"
#include "udp/subscription_server.h"
#include "udp/subscriptions.h"

#define IDLE_MS 1000	/* nobody is subscribed, or just now the first ones */

static struct timer sweep;	/* runs while there is a server */

static struct subscription_server *next_server(struct subscription_server *s)
{
	struct datagram_receiver *r =
		datagram_receivers_next(&subscriptions_kind, s != NULL ? &s->receiver : NULL);

	return r != NULL ? container_of(r, struct subscription_server, receiver) : NULL;
}

/* Whether a table of that name is one of ours. */
static bool uses(struct slice table)
{
	struct subscription_server *s = NULL;

	while ((s = next_server(s)) != NULL) {
		if (subscription_server_uses(s, table))
			return true;
	}
	return false;
}

static void on_sweep(struct timer *t)
{
	struct subscription_server *s = NULL;
	bool changed = false, any = false;

	while ((s = next_server(s)) != NULL) {
		uint64_t nodes = s->pools.nodes;

		any |= nodes != 0;
		subscription_pools_sweep(&s->pools, loop_now());
		changed |= s->pools.nodes != nodes;
	}
	pool_owner_collect();
	if (changed)
		resolver_report_changed();
	if (next_server(NULL) != NULL)
		timer_set(t, any ? SUBSCRIPTION_SWEEP_MS : IDLE_MS);
}

/* There may be a server afterwards. */
static void commit(uint64_t serial, const char *by)
{
	(void)serial;
	(void)by;
	if (!timer_pending(&sweep))
		timer_set(&sweep, SUBSCRIPTION_SWEEP_MS);
}

/* "SERVER/KEY": no server has a slash in its name. */
static void forget(uint32_t id, struct slice what)
{
	const char *slash = memchr(what.data, '/', what.len);
	size_t len = slash != NULL ? (size_t)(slash - what.data) : what.len;
	struct subscription_server *s = NULL;
	unsigned count = 0;

	while (slash != NULL && (s = next_server(s)) != NULL) {
		if (slice_equal(slice_of(s->receiver.name), (struct slice){ what.data, len }))
			count += subscription_pools_forget(&s->pools, slice_after(what, len + 1));
	}
	resolver_report_changed();
	child_resolved(id, count > 0 ? REQUEST_APPLIED : REQUEST_UNCHANGED);
}

static bool open_part(void)
{
	timer_setup(&sweep, on_sweep);
	known_part_also(uses);
	if (pool_owner_open())
		return true;
	log_write(LEVEL_ALERT, "subscription servers: no memory");
	return false;
}

static void close_part(void)
{
	timer_cancel(&sweep);
	pool_owner_close();
}

static void print(struct text *out)
{
	struct subscription_server *s = NULL;
	const char *comma = "";

	datagram_part_count();
	text_putc(out, '{');
	while ((s = next_server(s)) != NULL) {
		text_puts(out, comma);
		subscription_server_print(s, out);
		comma = ",";
	}
	text_putc(out, '}');
}

const struct resolver_part subscription_part = {
	.name = "subscriptions",
	.open = open_part,
	.close = close_part,
	.commit = commit,
	.forget = forget,
	.report = print,
};
