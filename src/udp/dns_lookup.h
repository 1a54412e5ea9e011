/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One resolution of a name: the hosts file, the search domains, A and AAAA at the same time or SRV,
 * one server after the other. So many run at a time; others wait for their turn.
 */
#ifndef UDP_DNS_LOOKUP_H
#define UDP_DNS_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_resolver.h"
#include "core/list.h"
#include "event/event.h"
#include "udp/dns_channel.h"
#include "udp/dns_parse.h"
#include "udp/dns_set.h"

struct dns_lookup;

/* One type of record of one name. */
struct dns_query {
	struct dns_lookup *lookup;
	enum dns_type    type;
	enum dns_status  status;
	unsigned         tries;		/* that have ended */
	unsigned         first;		/* the server of the first try */
	uint32_t         skipped;	/* 1 << server each: another try there is of no use */
	struct dns_set   set;		/* what A and AAAA have brought */
	struct dns_targets targets;	/* what SRV has brought */
	uint32_t         ttl_s;
};

/* Its owner embeds it, and must not free it while it is running. */
struct dns_lookup {
	struct list       link;		/* while it waits for its turn */
	struct deferred   deferred;	/* done() is called by */
	const char       *name;		/* the owner's */
	bool              running;
	bool              from_hosts;	/* the hosts file has it */
	unsigned          candidate;	/* which of the names that search domains make of it */
	unsigned          open;		/* queries that have not ended */
	bool              empty;	/* a candidate exists, without such a record */
	unsigned          count;	/* of `queries`: A and AAAA, or SRV alone */
	struct dns_query  queries[2];
	/*
	 * Called once, never from within dns_lookup_start(): the queries have their status.
	 * DNS_PENDING in one: it was interrupted by a change of the servers, start again.
	 */
	void            (*done)(struct dns_lookup *l);
};

bool dns_lookup_open(void);	/* false: logged */
void dns_lookup_close_all(void);
/* Uses these servers from now on; what is under way is interrupted. */
void dns_lookup_configure(const struct resolver_conf *conf);

void dns_lookup_init(struct dns_lookup *l, const char *name, bool srv,
		     void (*done)(struct dns_lookup *l));
void dns_lookup_start(struct dns_lookup *l);
void dns_lookup_free(struct dns_lookup *l);	/* what it has brought */

#endif
