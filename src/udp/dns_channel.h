/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One DNS server: questions to it, by c-ares on the loop of this process. Each question is one try
 * over UDP, over TCP when the answer is truncated. A channel of c-ares with several servers would
 * hide which of them failed, and how.
 */
#ifndef UDP_DNS_CHANNEL_H
#define UDP_DNS_CHANNEL_H

#include <stdint.h>

#include "core/slice.h"
#include "udp/dns_status.h"

struct addr;
struct dns_channel;

enum dns_type { DNS_A = 1, DNS_SRV = 33, DNS_AAAA = 28 };

/* NULL: no memory, or no descriptors. */
struct dns_channel *dns_channel_open(const struct addr *server, uint32_t timeout_ms);
/* Calls back for every question under way, with DNS_PENDING. Not from within a callback. */
void dns_channel_close(struct dns_channel *ch);

/* Called once, perhaps from within dns_channel_query(); `answer` is as long as the call. */
typedef void dns_channel_done(void *arg, enum dns_status status, struct slice answer);
void dns_channel_query(struct dns_channel *ch, const char *name, enum dns_type type,
		       dns_channel_done *done, void *arg);

#endif
