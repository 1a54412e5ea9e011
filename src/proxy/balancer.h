/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a service spreads sessions. A new way is a file and a row in balancer.c; the words of
 * `balance` are the names of these rows.
 */
#ifndef PROXY_BALANCER_H
#define PROXY_BALANCER_H

#include <stdbool.h>
#include <stdint.h>

struct choice;
struct service;

#define BALANCER_NONE UINT32_MAX

struct balancer {
	const char *name;	/* the word of `balance` */
	const char *aliases;	/* other words, separated by blanks; NULL */
	/* Backends stand by for those before them: `passive` is on, and their places are tiers. */
	bool        prefers_first;
	/*
	 * Chooses a usable backend, adds one to its active count by
	 * compare-and-swap and returns its place in service->set, or
	 * BALANCER_NONE. The count moved is the one that was looked at.
	 */
	uint32_t  (*choose)(struct service *service, const struct choice *choice);
};

/* By its row, which is what the configuration holds (struct service_conf, balance). */
const struct balancer *balancer_at(int row);

#endif
