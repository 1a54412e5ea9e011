/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of the answers of DNS servers, which may hold anything. c-ares parses them; what is
 * of no use is left out here. The id, the sender and the question have been checked by c-ares.
 */
#ifndef UDP_DNS_PARSE_H
#define UDP_DNS_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "core/endpoint.h"
#include "core/slice.h"
#include "udp/dns_set.h"
#include "udp/dns_status.h"

#define DNS_TARGETS_MAX 256	/* SRV records of a name that are used */

struct dns_target {
	char     host[ENDPOINT_NAME_MAX + 1];	/* lower case, no final dot */
	uint16_t priority, weight, port;
};

/* All zero: empty. */
struct dns_targets {
	struct text bytes;	/* of the targets */
	size_t      count;
	size_t      left_out;	/* there was no room for them */
};

/*
 * The A (family AF_INET) or AAAA (AF_INET6) records of an answer: sorted, and how long they may be
 * used. DNS_OK: there is at least one.
 */
enum dns_status dns_parse_addresses(struct slice answer, int family, struct dns_set *set,
				    uint32_t *ttl_s);
/* The SRV records of an answer, sorted. Those that lead nowhere are left out. */
enum dns_status dns_parse_targets(struct slice answer, struct dns_targets *targets,
				  uint32_t *ttl_s);

const struct dns_target *dns_parse_list(const struct dns_targets *targets);

#endif
