/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Items of caches that are set, or removed, by the API: they are live ones. The answer is
 * REQUEST_UNCHANGED where there is no such cache, or no live item to remove; REQUEST_CONFLICT
 * without room for it; REQUEST_REFUSED where its key is that of an entry or a line.
 */
#ifndef UDP_CACHE_REQUEST_H
#define UDP_CACHE_REQUEST_H

#include "udp/resolver_part.h"

extern const struct resolver_part cache_request_part;

#endif
