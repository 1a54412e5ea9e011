/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pool: the nodes that are subscribed under one key, as they lie in a table of the shared memory
 * (core/shared_table.h). The key of the entry is the key of the requests, the value is the head of
 * a pool with its nodes behind. The resolver process writes whole values; what changes without
 * that is in the cells that the nodes name (core/pool_cell.h). Readers trust no length in here.
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"
#include "core/shared_table.h"
#include "core/slice.h"

#define POOL_NODES_MAX 1024	/* that fit into a value at all, with room to spare */
#define POOL_WEIGHT_MAX 65535
#define POOL_VALUE_MAX (SHARED_TABLE_BYTES - 255)

struct pool_cell;

enum pool_flag {
	POOL_STATIC = 1,	/* configured: it does not expire */
	POOL_SIGNED = 2,	/* announced with a signature: nothing unsigned changes it */
	POOL_SILENT = 4,	/* and was not announced, or not within the tolerance */
};

struct pool_node {
	uint32_t     cell;
	uint16_t     generation;	/* of the cell: another one, and it is another node's */
	uint16_t     weight;		/* 1 and up */
	uint8_t      modifier1, modifier2;
	uint8_t      backup;		/* level: 0 is used first */
	uint8_t      proto;		/* first letter; 0: uwsgi */
	uint8_t      flags;		/* enum pool_flag */
	struct slice name;		/* its address as text; empty: none yet, only a vassal */
	struct slice vassal;
	struct slice host;		/* packed address; see pool_address() */
};

struct pool {
	uint8_t  balance;	/* enum pool_balance; POOL_BALANCES: its server's */
	uint16_t count;
	struct pool_node nodes[POOL_NODES_MAX];
};

/* What spreads sessions over the nodes of a pool; `algo` of announcements has these words. */
enum pool_balance { POOL_WRR, POOL_LRC, POOL_WLRC, POOL_IPHASH, POOL_BALANCES };
const char *pool_balance_word(enum pool_balance balance);
/* false: no such word; round_robin and least_connections are wrr and lrc. */
bool pool_balance_read(struct slice word, enum pool_balance *balance) MUST_CHECK;

/* Reads a value; slices point into it. false: damaged. */
bool pool_read(struct pool *p, struct slice value) MUST_CHECK;
/* Bytes written; 0: more than `size`. */
size_t pool_write(const struct pool *p, char *out, size_t size) MUST_CHECK;

/*
 * Node i is at that address; `buf` has POOL_HOST bytes for the packed form. Paths and abstract
 * names are made of the name.
 */
#define POOL_HOST 23
struct slice pool_host(const struct addr *addr, char *buf);
/* false: it has none that could be dialled (yet). */
bool pool_address(const struct pool_node *n, struct addr *addr) MUST_CHECK;

/* Its cell. NULL: there is none, or it is another node's by now. */
struct pool_cell *pool_node_cell(const struct pool_node *n);

/* The one at that address, else that of the vassal; NULL: neither. */
struct pool_node *pool_find(struct pool *p, struct slice name, struct slice vassal);

#endif
