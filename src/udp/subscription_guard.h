/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a subscription server admits an announcement: networks of senders, vassals, credentials,
 * signatures and their stamps. What is cheap comes first: a flood is refused before it costs a
 * signature. What becomes of an admitted one is subscription_take.c's.
 */
#ifndef UDP_SUBSCRIPTION_GUARD_H
#define UDP_SUBSCRIPTION_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_subscription.h"
#include "core/log.h"
#include "udp/fanout_senders.h"
#include "udp/subscription_pools.h"
#include "udp/subscription_replay.h"
#include "udp/subscription_sign.h"
#include "udp/subscription_waiting.h"

#define SUBSCRIPTION_GUARD_TURN_US 10000	/* of the budget for signatures */

/* All zero, but for the name: it has no settings yet. The fields are subscription_guard.c's. */
struct subscription_guard {
	const char *server;	/* its name; lives as long as this */
	const struct subscription_conf *conf;
	struct fanout_senders      senders;
	struct subscription_sign  *sign;	/* NULL: off */
	struct subscription_replay replay;
	bool                       usable;	/* there is memory for stamps */
	uint64_t                   turn_us;
	struct log_limit           told[SUBSCRIPTION_RESULTS];
};

/* The settings, once more after each change; they live as long as they are the last ones. */
void subscription_guard_set(struct subscription_guard *g, const struct subscription_conf *conf);
/* The server is removed: the stamps are forgotten. */
void subscription_guard_drop(struct subscription_guard *g);
/* The process ends: the stamps stay. */
void subscription_guard_close(struct subscription_guard *g);
/* Every second: forgets stamps that are too old. */
void subscription_guard_second(struct subscription_guard *g);
/* Whether that is the table of its stamps. */
bool subscription_guard_uses(const struct subscription_guard *g, struct slice table) MUST_CHECK;

/* Before the datagram is read. */
bool subscription_guard_admits(const struct subscription_guard *g,
			      const struct sockaddr *sender) MUST_CHECK;

enum subscription_verdict {
	VERDICT_UNSIGNED,	/* admitted */
	VERDICT_SIGNED,		/* admitted, also where a node was signed */
	VERDICT_LATER,		/* nothing is known: to be asked again in another turn */
	VERDICT_REFUSED,	/* *result says what it counts as; logged */
};
enum subscription_verdict subscription_guard_judge(struct subscription_guard *g,
						   const struct subscription_arrival *a,
						   enum subscription_result *result) MUST_CHECK;
/* Whether the last VERDICT_LATER was for one that may be a part of a flood. */
bool subscription_guard_suspects(const struct subscription_guard *g) MUST_CHECK;
/* It was refused elsewhere: counted as that, and logged now and then. */
void subscription_guard_report(struct subscription_guard *g, const struct subscription_arrival *a,
			     enum subscription_result result, const char *why);

#endif
