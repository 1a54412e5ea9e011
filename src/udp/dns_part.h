/* SPDX-License-Identifier: BSD-2-Clause */
/* DNS as a part of the resolver process: its settings, and what the API shows of names. */
#ifndef UDP_DNS_PART_H
#define UDP_DNS_PART_H

#include "udp/resolver_part.h"

extern const struct resolver_part dns_part;

#endif
