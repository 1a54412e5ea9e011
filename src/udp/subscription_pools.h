/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pools of a subscription server, for the resolver process, which alone changes them: nodes
 * come, are announced again, and go. Knows no sockets and no datagrams.
 */
#ifndef UDP_SUBSCRIPTION_POOLS_H
#define UDP_SUBSCRIPTION_POOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/pool.h"
#include "udp/subscription_pools_struct.h"

/* What a predecessor has left is there. */
void subscription_pools_open(struct subscription_pools *p, const char *server,
			     const struct subscription_conf *conf);
/* The server is removed: nobody finds its nodes any more. */
void subscription_pools_drop(struct subscription_pools *p);
uint64_t subscription_pools_keys(const struct subscription_pools *p);

/* A node as it is announced. */
struct subscription_node {
	struct slice key;
	struct slice name;	/* its address with a host; empty: only a vassal */
	struct slice vassal;
	struct slice algo;	/* of the pool, if this node makes it */
	struct addr  addr;	/* kind ADDR_NONE: not known (yet) */
	uint64_t     weight, cores, load, backup;
	uint8_t      modifier1, modifier2, proto;
	uint8_t      flags;	/* enum pool_flag */
	uint32_t     sender;	/* a hash of its host; 0: none */
};

enum subscription_result {	/* as stats name them */
	SUBSCRIPTION_NEW,
	SUBSCRIPTION_REFRESH,
	SUBSCRIPTION_UNSUBSCRIBE,
	SUBSCRIPTION_MALFORMED,
	SUBSCRIPTION_BAD_SIGNATURE,
	SUBSCRIPTION_REPLAYED,
	SUBSCRIPTION_DENIED,
	SUBSCRIPTION_OVER_LIMIT,
	SUBSCRIPTION_NO_HOST,
	SUBSCRIPTION_DUPLICATE,	/* bytes that were accepted, by a second way */
	SUBSCRIPTION_UNVERIFIED,	/* there was no time for its signature */
	SUBSCRIPTION_RESULTS,
};

enum subscription_result subscription_pools_put(struct subscription_pools *p,
						const struct subscription_node *n,
						uint64_t now_ms) MUST_CHECK;
/* Whether there is a node with that name, or vassal, that was signed. */
bool subscription_pools_signed(struct subscription_pools *p, const struct subscription_node *n);
/*
 * The node with that name, or vassal, gets no new sessions; those that it has go on. `keep_vassal`:
 * only its address is forgotten. false: there is none.
 */
bool subscription_pools_remove(struct subscription_pools *p, const struct subscription_node *n,
			       bool keep_vassal, const char *why);
/*
 * Static nodes of the key that `keep` is false for are so no more: one that was announced in time
 * stays, the others are removed.
 */
void subscription_pools_release(struct subscription_pools *p, struct slice key,
				bool (*keep)(struct slice name, void *arg), void *arg);
/* What has announced itself under the key is removed now. How many nodes that were. */
unsigned subscription_pools_forget(struct subscription_pools *p, struct slice key);
/* Calls `each` for every key with a static node. */
void subscription_pools_each_static(struct subscription_pools *p,
				    void (*each)(struct slice key, void *arg), void *arg);

/* Of the nodes of a key that were announced in time. */
struct subscription_sum {
	uint64_t weight, cores, load;	/* load: the highest */
};
void subscription_pools_sum(struct subscription_pools *p, struct slice key, uint64_t now_ms,
			    struct subscription_sum *sum);

/* A part of the way through all of them: removes what was not announced for too long. */
#define SUBSCRIPTION_SWEEP_MS 100
void subscription_pools_sweep(struct subscription_pools *p, uint64_t now_ms);

#endif
