/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of the resolver process that reports what its subscription servers know, and removes
 * what was not announced for too long.
 */
#ifndef UDP_SUBSCRIPTION_PART_H
#define UDP_SUBSCRIPTION_PART_H

#include "udp/resolver_part.h"

extern const struct resolver_part subscription_part;

#endif
