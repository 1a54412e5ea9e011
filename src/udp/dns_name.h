/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One name that somebody watches: when it is resolved, and what its answers come to. For the files
 * dns*.c alone.
 */
#ifndef UDP_DNS_NAME_H
#define UDP_DNS_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/endpoint.h"
#include "core/list.h"
#include "event/event.h"
#include "udp/dns_answer.h"
#include "udp/dns_lookup.h"

#define DNS_KEY (ENDPOINT_NAME_MAX + 24)

struct dns_watch {
	struct list      link;
	struct dns_name *name;
	bool             pending;	/* `changed` has not been called for the last change */
	dns_changed     *changed;
	void            *owner;
};

/* A or AAAA. One that fails does not take the addresses of the other with it. */
struct dns_family {
	enum dns_status status;
	struct dns_set  set;	/* of its last answer */
};

/* The records of an SRV name, and the watches of their hosts. */
struct dns_services {
	enum dns_status status;	/* of the SRV records themselves */
	struct text list;	/* struct dns_service each */
	size_t      count;
	bool        limited;	/* there are too many, which was logged */
};

struct dns_name {
	struct list       link;
	char              key[DNS_KEY];	/* name, type and refresh: what watches share */
	char              text[ENDPOINT_NAME_MAX + 1];
	bool              srv;
	uint32_t          refresh_ms;
	struct list       watches;
	struct timer      timer;	/* resolve it */
	struct dns_lookup lookup;
	struct deferred   notice;	/* of a change, to its watches */
	bool              noticing;	/* which is queued, or runs */
	bool              again;	/* it is wanted now, and is being resolved already */
	bool              wanted;	/* by dns_query_now() */
	bool              inherited;	/* SRV: `set` may be that of the process before */
	bool              unused;	/* nobody watches it: freed when nothing is under way */
	struct dns_family   families[2];
	struct dns_services services;
	struct dns_set      set;	/* what `answer` shows */
	struct dns_answer   answer;
	bool              failing;	/* which was logged */
	uint64_t          failing_since_ms;
	bool              limited;	/* it has too many addresses, which was logged */
};

/* dns_name.c */

/* `none_wanted` is called when all that was wanted now has been resolved. */
void dns_name_begin(void (*none_wanted)(void));
void dns_name_end(void);	/* the loop has ended: what is under way will not come */
/* How long answers count at least and at most. */
void dns_name_limits(uint64_t min_ttl_ms, uint64_t max_ttl_ms);
void dns_name_key(const struct endpoint *endpoint, uint32_t refresh_ms, char key[DNS_KEY]);
/* NULL: no memory. It is resolved in the next turn. */
struct dns_name *dns_name_new(const struct endpoint *endpoint, uint32_t refresh_ms);
/* Nobody watches it: it is freed as soon as nothing is under way. */
void dns_name_release(struct dns_name *n);
void dns_name_free(struct dns_name *n);
void dns_name_resolve_now(struct dns_name *n);
/* `changed` of its watches is called when this batch of events is over. */
void dns_name_notify(struct dns_name *n, struct dns_watch *only);
/* `next` and `status` are what its records come to now; `next` is empty afterwards. */
void dns_name_take(struct dns_name *n, enum dns_status status, struct dns_set *next);

/* dns_services.c: SRV names. */

/* An answer for the records: hosts that are new are watched. */
void dns_services_take(struct dns_name *n, struct dns_query *q);
void dns_services_resolve_now(const struct dns_name *n);	/* the hosts */
void dns_services_close(struct dns_name *n);

/* dns_log.c: once when it fails, once when it is good again, and when its addresses are others. */
void dns_log_name(struct dns_name *n, bool others);
void dns_log_limit(const struct dns_name *n, const char *what, size_t count, size_t most);

#endif
