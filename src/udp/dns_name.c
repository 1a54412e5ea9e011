/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "udp/dns_inherited.h"
#include "udp/resolver_report.h"

#define FIRST_MS 1000	/* a name without an answer, or without a good one, is tried again */
#define HOSTS_MS 5000	/* the hosts file says nothing about time */

static uint64_t min_ms = 1000, max_ms = 3600000;
static bool ending;
static size_t wanted;
static void (*on_none_wanted)(void);

void dns_name_limits(uint64_t min_ttl_ms, uint64_t max_ttl_ms)
{
	min_ms = min_ttl_ms;
	max_ms = max_ttl_ms;
}

void dns_name_key(const struct endpoint *endpoint, uint32_t refresh_ms, char key[DNS_KEY])
{
	snprintf(key, DNS_KEY, "%s%.*s %u", endpoint->type == ENDPOINT_SRV ? "srv:" : "",
		 (int)endpoint->name.len, endpoint->name.data, refresh_ms);
}

void dns_name_begin(void (*none_wanted)(void))
{
	ending = false;
	wanted = 0;
	on_none_wanted = none_wanted;
}

void dns_name_end(void)
{
	ending = true;
}

static void set_wanted(struct dns_name *n, bool is)
{
	if (n->wanted == is)
		return;
	n->wanted = is;
	wanted = is ? wanted + 1 : wanted - 1;
	if (wanted == 0 && on_none_wanted != NULL && !ending)
		on_none_wanted();
}

static void resolve(struct dns_name *n)
{
	timer_cancel(&n->timer);
	n->again = false;
	dns_lookup_start(&n->lookup);
}

static void on_timer(struct timer *t)
{
	resolve(container_of(t, struct dns_name, timer));
}

static uint64_t between(uint64_t ms)
{
	if (ms > max_ms)
		ms = max_ms;
	return ms < min_ms ? min_ms : ms;
}

static uint64_t next_in(const struct dns_name *n)
{
	enum dns_status status = n->srv ? n->services.status : n->answer.status;

	if (n->again)
		return 0;
	if (!n->answer.answered)
		return FIRST_MS;
	if (n->refresh_ms != 0)
		return n->refresh_ms;
	if (status != DNS_OK)
		return min_ms > FIRST_MS ? min_ms : FIRST_MS;
	if (n->lookup.from_hosts)
		return HOSTS_MS < max_ms ? HOSTS_MS : max_ms;
	return between((uint64_t)n->answer.ttl_s * 1000);
}

/*
 * What both families come to. A family that has no records while the other one has some loses the
 * addresses of before; one that failed keeps them.
 */
static enum dns_status combine(struct dns_name *n)
{
	struct dns_family *f = n->families;
	enum dns_status status = DNS_NXDOMAIN;
	bool good = f[0].status == DNS_OK || f[1].status == DNS_OK;

	for (unsigned i = 0; i < 2; i++) {
		if (good && dns_status_negative(f[i].status))
			dns_set_clear(&f[i].set);
		else if (good && f[i].status != DNS_OK && f[i].set.count > 0)
			return f[i].status;	/* some addresses are those of before */
		else if (!good && f[i].status > status)
			status = f[i].status;	/* a failure is above an empty answer */
	}
	return good ? DNS_OK : status;
}

static void take_families(struct dns_name *n)
{
	struct dns_set next = { .count = 0 };
	enum dns_status status;
	uint32_t ttl_s = UINT32_MAX;

	for (unsigned i = 0; i < 2; i++) {
		n->families[i].status = n->lookup.queries[i].status;
		if (n->families[i].status == DNS_OK)
			dns_set_move(&n->families[i].set, &n->lookup.queries[i].set);
	}
	status = combine(n);
	for (unsigned i = 0; i < 2; i++) {
		const struct dns_query *q = &n->lookup.queries[i];

		if (q->status == DNS_OK && q->ttl_s < ttl_s)
			ttl_s = q->ttl_s;
		n->answer.answered |= q->status == DNS_OK;	/* a part of what there is */
		dns_set_add_all(&next, &n->families[i].set);
	}
	if (ttl_s != UINT32_MAX)	/* else the last one stays, as the addresses do */
		n->answer.ttl_s = ttl_s;
	dns_name_take(n, status, &next);
}

static void limit(struct dns_name *n, struct dns_set *set)
{
	bool over = set->count > DNS_ADDRESSES_MAX;

	if (over && !n->limited)
		dns_log_limit(n, "addresses", set->count, DNS_ADDRESSES_MAX);
	n->limited = over;
	dns_set_limit(set, DNS_ADDRESSES_MAX);
}

void dns_name_take(struct dns_name *n, enum dns_status status, struct dns_set *next)
{
	bool changed = status != n->answer.status, others = false;

	dns_set_sort(next);
	limit(n, next);
	if (status == DNS_OK)
		n->answer.since_ms = loop_now();
	if (next->count > 0 && !dns_set_equal(next, &n->set)) {
		dns_set_move(&n->set, next);
		changed = others = true;
	}
	dns_set_close(next);
	n->answer.status = status;
	n->answer.addresses = dns_set_list(&n->set);
	n->answer.count = n->set.count;
	n->answer.answered |= dns_status_answered(status);
	n->answer.stale = status != DNS_OK && n->set.count > 0;
	dns_log_name(n, others);
	resolver_report_changed();
	if (changed)
		dns_name_notify(n, NULL);
	if (!n->lookup.running && !n->again)
		set_wanted(n, false);
}

static bool interrupted(const struct dns_lookup *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		if (l->queries[i].status == DNS_PENDING)
			return true;
	}
	return false;
}

static void on_resolved(struct dns_lookup *l)
{
	struct dns_name *n = container_of(l, struct dns_name, lookup);

	if (n->unused) {
		dns_name_release(n);
		return;
	}
	if (interrupted(l)) {
		timer_set(&n->timer, 0);
		return;
	}
	if (n->srv)
		dns_services_take(n, &l->queries[0]);
	else
		take_families(n);
	timer_set(&n->timer, next_in(n));
}

/* Addresses of SRV records are of no family: their hosts have them, which are names, too. */
static void inherit(struct dns_name *n)
{
	struct dns_inherited from;

	if (!dns_inherited_take(&(struct dns_use){ n->text, n->srv, n->refresh_ms }, &from))
		return;
	for (size_t i = 0; i < from.set.count && !n->srv; i++) {
		const struct dns_address *a = &dns_set_list(&from.set)[i];

		dns_set_add(&n->families[a->addr.kind == ADDR_INET ? 0 : 1].set, a);
	}
	n->inherited = true;
	dns_set_move(&n->set, &from.set);
	n->answer.addresses = dns_set_list(&n->set);
	n->answer.count = n->set.count;
	n->answer.since_ms = from.since_ms;
	n->answer.ttl_s = from.ttl_s;
	n->answer.stale = from.stale;
}

struct dns_name *dns_name_new(const struct endpoint *endpoint, uint32_t refresh_ms)
{
	struct dns_name *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	list_init(&n->link);
	list_init(&n->watches);
	dns_name_key(endpoint, refresh_ms, n->key);
	snprintf(n->text, sizeof(n->text), "%.*s", (int)endpoint->name.len, endpoint->name.data);
	n->srv = endpoint->type == ENDPOINT_SRV;
	n->refresh_ms = refresh_ms;
	timer_setup(&n->timer, on_timer);
	dns_lookup_init(&n->lookup, n->text, n->srv, on_resolved);
	inherit(n);
	timer_set(&n->timer, 0);
	return n;
}

void dns_name_free(struct dns_name *n)
{
	timer_cancel(&n->timer);
	list_unlink(&n->link);
	set_wanted(n, false);
	if (n->srv)
		dns_services_close(n);
	dns_lookup_free(&n->lookup);
	dns_set_close(&n->families[0].set);
	dns_set_close(&n->families[1].set);
	dns_set_close(&n->set);
	free(n);
}

void dns_name_release(struct dns_name *n)
{
	n->unused = true;
	timer_cancel(&n->timer);
	if (ending || (!n->lookup.running && !n->noticing))
		dns_name_free(n);
}

void dns_name_resolve_now(struct dns_name *n)
{
	set_wanted(n, true);
	if (n->lookup.running)
		n->again = true;
	else
		timer_set(&n->timer, 0);
	if (n->srv)
		dns_services_resolve_now(n);
}

static struct dns_watch *first_pending(const struct dns_name *n)
{
	for (struct list *at = n->watches.next; at != &n->watches; at = at->next) {
		struct dns_watch *w = container_of(at, struct dns_watch, link);

		if (w->pending)
			return w;
	}
	return NULL;
}

/* A watch may end in its own callback, and others with it: the list is gone through anew. */
static void on_notice(struct deferred *d)
{
	struct dns_name *n = container_of(d, struct dns_name, notice);
	struct dns_watch *w;

	while ((w = first_pending(n)) != NULL) {
		w->pending = false;
		w->changed(w, w->owner);
	}
	n->noticing = false;
	if (n->unused)
		dns_name_release(n);
}

void dns_name_notify(struct dns_name *n, struct dns_watch *only)
{
	for (struct list *at = n->watches.next; at != &n->watches; at = at->next) {
		struct dns_watch *w = container_of(at, struct dns_watch, link);

		w->pending |= only == NULL || w == only;
	}
	if (!n->noticing)
		loop_defer(&n->notice, on_notice);
	n->noticing = true;
}
