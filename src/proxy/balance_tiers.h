/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tiers: backends of a later one get sessions when no backend of those before it can be given one.
 * A service whose backends are all in one tier has its balancer as it is, and pays nothing.
 */
#ifndef PROXY_BALANCE_TIERS_H
#define PROXY_BALANCE_TIERS_H

struct service;

/* Its set, sorted by tiers, or its settings have changed: sets service->balancer. */
void balance_tiers_use(struct service *service);

#endif
