/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names whose addresses are kept up to date. Whoever uses one watches it; watches of the same name
 * share its questions. The last answer stays when later ones fail.
 */
#ifndef UDP_DNS_H
#define UDP_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"
#include "udp/dns_answer.h"
#include "udp/dns_use.h"

struct endpoint;
struct resolver_conf;

bool dns_open(void);	/* false: logged */
void dns_close(void);	/* the loop has ended; watches that are left are gone */
/* Before the first watch, and when the configuration has changed. */
void dns_configure(const struct resolver_conf *conf);

/*
 * Watches a name (ENDPOINT_NAME or ENDPOINT_SRV). `changed` is called after the first try and
 * whenever the status or the addresses have changed, never from within a function of this header;
 * before the first try where the process before this one knew addresses (dns_inherited.h).
 * `refresh_ms` 0: it is resolved again when the TTL of the record ends, which counts between
 * min_ttl and max_ttl; else so often, whatever the record says. A name without any answer yet is
 * resolved again every second.
 */
struct dns_watch *dns_watch(const struct endpoint *name, uint32_t refresh_ms, dns_changed *changed,
			    void *owner);
const struct dns_answer *dns_answer(const struct dns_watch *w);	/* until the next turn */
void dns_unwatch(struct dns_watch *w);

/* Resolves a name now; empty: all. Returns how many names that are. */
size_t dns_query_now(struct slice name);
/* `done` is called when everything that dns_query_now() was called for has been resolved. */
void dns_on_queried(void (*done)(void));

/* Calls `visit` for every name with each of its refresh times, in no order. */
typedef void dns_visitor(const struct dns_use *use, const struct dns_answer *answer, void *arg);
void dns_each(dns_visitor *visit, void *arg);

#endif
