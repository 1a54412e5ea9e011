/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns.h"

#include <stdlib.h>

#include "config/config_resolver.h"
#include "core/log.h"
#include "core/map.h"
#include "udp/dns_inherited.h"
#include "udp/dns_name.h"

static struct map names;
static struct list all;
static bool opened;
static void (*on_queried)(void);

static void queried(void)
{
	if (on_queried != NULL)
		on_queried();
}

bool dns_open(void)
{
	list_init(&all);
	dns_name_begin(queried);
	dns_inherited_open();
	opened = dns_lookup_open();
	return opened;
}

void dns_configure(const struct resolver_conf *conf)
{
	dns_name_limits(conf->min_ttl_ms, conf->max_ttl_ms);
	dns_lookup_configure(conf);
}

static void free_watches(struct dns_name *n)
{
	while (!list_empty(&n->watches)) {
		struct dns_watch *w = container_of(n->watches.next, struct dns_watch, link);

		list_unlink(&w->link);
		free(w);
	}
}

static struct dns_name *with_services(void)
{
	for (struct list *at = all.next; at != &all; at = at->next) {
		struct dns_name *n = container_of(at, struct dns_name, link);

		if (n->services.count > 0)
			return n;
	}
	return NULL;
}

void dns_close(void)
{
	struct dns_name *n;

	if (!opened)
		return;
	dns_lookup_close_all();
	dns_name_end();
	/* SRV names first: they end the watches of their hosts, which may be freed by that */
	while ((n = with_services()) != NULL)
		dns_services_close(n);
	while (!list_empty(&all)) {
		n = container_of(all.next, struct dns_name, link);
		free_watches(n);
		dns_name_free(n);
	}
	map_clear(&names);
	dns_inherited_close();
	opened = false;
}

struct dns_watch *dns_watch(const struct endpoint *endpoint, uint32_t refresh_ms,
			    dns_changed *changed, void *owner)
{
	struct dns_watch *w = calloc(1, sizeof(*w));
	char key[DNS_KEY];

	CHECK(w != NULL && endpoint->type != ENDPOINT_ADDR);
	dns_name_key(endpoint, refresh_ms, key);
	w->name = map_get(&names, slice_of(key));
	w->changed = changed;
	w->owner = owner;
	if (w->name == NULL) {
		w->name = dns_name_new(endpoint, refresh_ms);
		CHECK(w->name != NULL);
		map_set(&names, slice_of(w->name->key), w->name);
		list_append(&all, &w->name->link);
	}
	list_append(&w->name->watches, &w->link);
	if (w->name->answer.status != DNS_PENDING || w->name->answer.count > 0)
		dns_name_notify(w->name, w);
	return w;
}

const struct dns_answer *dns_answer(const struct dns_watch *w)
{
	return &w->name->answer;
}

void dns_unwatch(struct dns_watch *w)
{
	struct dns_name *n = w->name;

	list_unlink(&w->link);
	free(w);
	if (!list_empty(&n->watches))
		return;
	map_remove(&names, slice_of(n->key));
	dns_name_release(n);
}

size_t dns_query_now(struct slice name)
{
	size_t count = 0;

	for (struct list *at = all.next; at != &all; at = at->next) {
		struct dns_name *n = container_of(at, struct dns_name, link);

		if (n->unused || (name.len != 0 && !slice_is(name, n->text)))
			continue;
		dns_name_resolve_now(n);
		count++;
	}
	return count;
}

void dns_on_queried(void (*done)(void))
{
	on_queried = done;
}

void dns_each(dns_visitor *visit, void *arg)
{
	for (struct list *at = all.next; at != &all; at = at->next) {
		const struct dns_name *n = container_of(at, struct dns_name, link);

		if (!n->unused)
			visit(&(struct dns_use){ n->text, n->srv, n->refresh_ms }, &n->answer,
			      arg);
	}
}
