/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that say how a service and its backends are, for the stats and the health URLs. */
#ifndef ADMIN_SERVICE_STATUS_H
#define ADMIN_SERVICE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

struct backend;
struct service;

struct service_status {
	const char *word;	/* up (all), degraded (some), down, draining, maintenance */
	bool        serves;	/* a new session finds a backend */
	unsigned    up, total;
	uint64_t    since_ms;	/* wall clock: a backend last changed; 0: never */
};

void service_status_read(struct service_status *status, const struct service *s);

/* up, down, checking, draining, maintenance */
const char *backend_status_word(const struct backend *b);
/* Why it is not up, in `buf`; NULL when it is. */
const char *backend_status_reason(const struct backend *b, char *buf, unsigned size);

#endif
