/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the resolver process before this one knew: its last report is in the memory that both
 * share. A name that is watched for the first time begins with the addresses it had there, so that
 * a process that dies while DNS fails takes no answer with it. It was written by a process that
 * may have been damaged: what is not as this one writes it is left out.
 */
#ifndef UDP_DNS_INHERITED_H
#define UDP_DNS_INHERITED_H

#include "udp/dns_set.h"
#include "udp/dns_use.h"

struct dns_inherited {
	struct dns_set set;
	uint64_t       since_ms;	/* loop clock */
	uint32_t       ttl_s;
	bool           stale;		/* as the process before told it */
};

void dns_inherited_open(void);
void dns_inherited_close(void);
/* The set passes to the caller, once. false: nothing is known. */
bool dns_inherited_take(const struct dns_use *use, struct dns_inherited *out);

#endif
