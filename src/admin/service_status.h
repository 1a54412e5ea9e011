/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a service, as its backends make it, for the stats and the health URLs. */
#ifndef ADMIN_SERVICE_STATUS_H
#define ADMIN_SERVICE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

struct service;

struct service_status {
	const char *word;	/* up (all), degraded (some), down, draining, maintenance */
	bool        serves;	/* new sessions: a backend is up and has a weight, or a route leads
				 * elsewhere */
	unsigned    up, total;
	unsigned    left_out;	/* addresses of its names that are not used */
	uint64_t    since_ms;	/* wall clock: a backend last changed; 0: never */
};

void service_status_read(struct service_status *status, const struct service *s);

#endif
