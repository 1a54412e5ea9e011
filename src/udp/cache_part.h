/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of the resolver process that has the caches: core/cache_item.h. */
#ifndef UDP_CACHE_PART_H
#define UDP_CACHE_PART_H

#include "udp/resolver_part.h"

extern const struct resolver_part cache_part;

#endif
