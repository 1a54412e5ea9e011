/* SPDX-License-Identifier: BSD-2-Clause */
/* Targets that are names: each is watched while it is configured. */
#ifndef UDP_FANOUT_NAMES_H
#define UDP_FANOUT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/endpoint.h"
#include "core/map.h"
#include "udp/dns_answer.h"

/* What waits for a name, from when it was new. */
struct fanout_since {
	uint64_t number;	/* of the first datagram */
	uint64_t dropped;	/* by the queue, until then */
	bool     all;		/* no instance was known then: all that are known are among them */
};

struct fanout_name {
	char              text[ENDPOINT_TEXT];	/* what the target is called in the file */
	uint16_t          port;			/* ENDPOINT_NAME */
	uint32_t          refresh_ms;
	struct dns_watch *watch;
	bool              used;
	bool              fresh;	/* it is new since fanout_names_begin() */
	bool              pending;	/* it has no answer yet */
	struct fanout_since since;
};

struct fanout_names {
	struct map   by_text;
	dns_changed *changed;	/* of the addresses of any of them */
	void        *owner;
	unsigned     pending;	/* how many have no answer yet */
};

void fanout_names_open(struct fanout_names *names, dns_changed *changed, void *owner);
void fanout_names_close(struct fanout_names *names);

/*
 * Between these two, each that is wanted still is found or made; the others are given up. What
 * waits for those waits for the new ones. Returns the number of the first such datagram; 0: none.
 */
void fanout_names_begin(struct fanout_names *names);
uint64_t fanout_names_end(struct fanout_names *names);
struct fanout_name *fanout_names_want(struct fanout_names *names, const struct endpoint *endpoint,
				      uint32_t refresh_ms,
				      const struct fanout_since *since);

/* The n-th address of its last answer, with its port. false: there are no more. */
bool fanout_names_address(const struct fanout_name *name, size_t n, struct addr *addr);
/* Those that have an answer now are not pending any more. */
void fanout_names_answered(struct fanout_names *names);

#endif
