/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SRV names. Each record has a host, which is a name like any other: it is watched, has its own
 * TTL, and keeps its addresses when it cannot be resolved. Records in the additional section of an
 * answer are not used.
 */
#include <string.h>

#include "udp/dns.h"
#include "udp/dns_name.h"

struct dns_service {
	struct dns_target target;
	struct dns_watch *watch;	/* NULL: no memory */
};

static struct dns_service *list_of(const struct dns_services *services)
{
	return (struct dns_service *)(void *)services->list.data;
}

static void add_addresses(const struct dns_service *s, const struct dns_answer *answer,
			  struct dns_set *set)
{
	for (size_t i = 0; i < answer->count; i++) {
		struct dns_address a = answer->addresses[i];

		addr_set_port(&a.addr, s->target.port);
		a.priority = s->target.priority;
		a.weight = s->target.weight;
		dns_set_add(set, &a);
	}
}

/* The records are those of now, although hosts may have failed. */
static void take_good(struct dns_name *n, enum dns_status stale, struct dns_set *next)
{
	n->answer.answered = true;
	dns_name_take(n, stale, next);
}

/* Nothing is changed while hosts that are new have not been tried yet. */
static void combine(struct dns_name *n)
{
	struct dns_services *services = &n->services;
	enum dns_status failed = DNS_OK, stale = DNS_OK;
	struct dns_set next = { .count = 0 };

	for (size_t i = 0; i < services->count; i++) {
		const struct dns_service *s = &list_of(services)[i];
		const struct dns_answer *answer = s->watch != NULL ? dns_answer(s->watch) : NULL;

		if (answer == NULL)
			continue;
		if (answer->status == DNS_PENDING) {
			dns_set_close(&next);
			return;
		}
		add_addresses(s, answer, &next);
		if (answer->stale)
			stale = answer->status;
		else if (!dns_status_answered(answer->status))
			failed = answer->status;
	}
	if (n->inherited && failed != DNS_OK) {	/* it may have had some of those */
		dns_set_add_all(&next, &n->set);
		stale = failed;
	} else if (services->status == DNS_OK) {
		n->inherited = false;
	}
	if (services->status != DNS_OK)
		dns_name_take(n, services->status, &next);
	else if (next.count > 0)
		take_good(n, stale, &next);
	else
		dns_name_take(n, failed != DNS_OK ? failed : DNS_EMPTY, &next);
}

static void on_host(struct dns_watch *w, void *owner)
{
	(void)w;
	combine(owner);
}

static void watch_hosts(struct dns_name *n, const struct dns_targets *targets, struct text *list)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct dns_service s = { .target = dns_parse_list(targets)[i] };
		const struct endpoint host = { .type = ENDPOINT_NAME,
					       .name = slice_of(s.target.host) };

		s.watch = dns_watch(&host, n->refresh_ms, on_host, n);
		text_append(list, &s, sizeof(s));
	}
}

static void unwatch_hosts(struct text *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct dns_service s;

		memcpy(&s, list->data + i * sizeof(s), sizeof(s));
		if (s.watch != NULL)
			dns_unwatch(s.watch);
	}
	text_close(list);
}

static void limit(struct dns_name *n, const struct dns_targets *targets)
{
	bool over = targets->left_out > 0;

	if (over && !n->services.limited)
		dns_log_limit(n, "SRV records", targets->count + targets->left_out,
			      targets->count);
	n->services.limited = over;
}

static bool same_records(const struct dns_services *services, const struct dns_targets *targets)
{
	if (services->count != targets->count)
		return false;
	for (size_t i = 0; i < targets->count; i++) {
		if (memcmp(&list_of(services)[i].target, &dns_parse_list(targets)[i],
			   sizeof(struct dns_target)) != 0)
			return false;
	}
	return true;
}

void dns_services_take(struct dns_name *n, struct dns_query *q)
{
	struct dns_services *services = &n->services;
	struct text before = services->list, list;
	size_t count = services->count;

	services->status = q->status;
	if (q->status == DNS_OK) {
		n->answer.ttl_s = q->ttl_s;
		limit(n, &q->targets);
	}
	if (q->status == DNS_OK && !same_records(services, &q->targets)) {
		text_init(&list);
		watch_hosts(n, &q->targets, &list);	/* first: hosts that stay are shared */
		services->list = list;
		services->count = q->targets.count;
		unwatch_hosts(&before, count);
	}
	combine(n);
}

void dns_services_resolve_now(const struct dns_name *n)
{
	for (size_t i = 0; i < n->services.count; i++) {
		const struct dns_service *s = &list_of(&n->services)[i];

		if (s->watch != NULL)
			dns_name_resolve_now(s->watch->name);
	}
}

void dns_services_close(struct dns_name *n)
{
	size_t count = n->services.count;

	n->services.count = 0;
	unwatch_hosts(&n->services.list, count);
}
