/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The addresses of a name: sorted, no two of them equal. The order and the duplicates of an answer
 * make no difference. Memory belongs to the set.
 */
#ifndef UDP_DNS_SET_H
#define UDP_DNS_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/text.h"

struct dns_address {
	struct addr addr;	/* port 0 for A and AAAA; SRV: the port of the record */
	uint16_t    priority, weight;	/* of the SRV record; else 0 */
};

/* All zero: empty. */
struct dns_set {
	struct text bytes;	/* of the addresses */
	size_t      count;
};

const struct dns_address *dns_set_list(const struct dns_set *set);
/* Behind the others, sorted or not. */
void dns_set_add(struct dns_set *set, const struct dns_address *address);
void dns_set_add_all(struct dns_set *set, const struct dns_set *from);
/* Sorts; of equal addresses the one with the least priority stays. */
void dns_set_sort(struct dns_set *set);
void dns_set_limit(struct dns_set *set, size_t most);	/* the first `most` stay */
/* Whether both have the same addresses with the same priorities and weights. Both are sorted. */
bool dns_set_equal(const struct dns_set *a, const struct dns_set *b);
void dns_set_clear(struct dns_set *set);
/* `to` has what `from` had, which is empty then. */
void dns_set_move(struct dns_set *to, struct dns_set *from);
void dns_set_close(struct dns_set *set);

#endif
