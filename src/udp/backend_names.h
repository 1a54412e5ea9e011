/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Backends that are names: has them looked up, sends the master what they stand for, and writes
 * into the cell of each what came of the last try.
 */
#ifndef UDP_BACKEND_NAMES_H
#define UDP_BACKEND_NAMES_H

#include "udp/resolver_part.h"

extern const struct resolver_part backend_names_part;

#endif
