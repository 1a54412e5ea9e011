/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All fan-outs of the resolver process: what a change does to them, and which listening address
 * is whose.
 */
#ifndef UDP_FANOUTS_H
#define UDP_FANOUTS_H

#include "process/kind.h"
#include "udp/resolver_part.h"

/* In the master: addresses of fan-outs, for the row of the process kind. */
void fanouts_configured(const struct config *config, kind_listen *listen, void *arg);

/* Whether a fan-out sends with the address of its senders. */
bool fanouts_spoof(const struct config *config);

extern const struct resolver_part fanouts_part;

#endif
