/* SPDX-License-Identifier: BSD-2-Clause */
/* What is known of a name, and how its watches hear of a change. */
#ifndef UDP_DNS_ANSWER_H
#define UDP_DNS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "udp/dns_set.h"
#include "udp/dns_status.h"

#define DNS_ADDRESSES_MAX 1024	/* of a name; the first ones in order are used, the rest logged */

struct dns_answer {
	enum dns_status status;		/* of the last try */
	/*
	 * Of the last answer that had any: NXDOMAIN and an empty answer keep those of before. A
	 * process that takes the place of one that died begins with those that it had.
	 * Sorted, no two equal.
	 */
	const struct dns_address *addresses;
	size_t   count;
	bool     answered;	/* there was an answer since the start: OK, NXDOMAIN or EMPTY */
	bool     stale;		/* the addresses, or some of them, are not of the last try */
	uint64_t since_ms;	/* loop clock: when they were confirmed last */
	uint32_t ttl_s;		/* how long they may be used, as the record says */
};

struct dns_watch;

typedef void dns_changed(struct dns_watch *w, void *owner);

#endif
