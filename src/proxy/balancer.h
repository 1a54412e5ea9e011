/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a service spreads sessions. A new way is a file, a row in balancer.c, and its word in
 * core/config_tables.c.
 */
#ifndef PROXY_BALANCER_H
#define PROXY_BALANCER_H

#include <stdint.h>

#include "core/config.h"

struct choice;
struct service;

#define BALANCER_NONE UINT32_MAX

struct balancer {
	const char  *name;
	enum balance id;
	/*
	 * Chooses a usable backend, adds one to its active count by
	 * compare-and-swap and returns its place in service->set, or
	 * BALANCER_NONE. The count moved is the one that was looked at.
	 */
	uint32_t (*choose)(struct service *service, const struct choice *choice);
};

/*
 * For turns: the place of the backend with that index in service->set; the set's count when it
 * is not in it, or the index is HANDLE_NONE.
 */
uint32_t balancer_place(const struct service *service, uint32_t index);

const struct balancer *balancer_find(enum balance id);

#endif
