/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams at one subscription server, from their bytes to the pools that workers read. An input
 * is a byte of settings and a row of datagrams: flags, a byte for some of them, the size (2 bytes,
 * little endian) and the bytes. Whatever they say: what is counted is what is there, no two nodes
 * have one cell, limits hold, and nothing is left of a server that is removed.
 */
#include "target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "config/object.h"
#include "core/known_table.h"
#include "core/log.h"
#include "core/pool_cell.h"
#include "core/pool_regexps.h"
#include "core/pool_table.h"
#include "event/event.h"
#include "udp/datagrams.h"
#include "udp/dns.h"
#include "udp/pool_owner.h"
#include "udp/subscription_server.h"
#include "udp/subscription_take.h"
#include "udp/subscriptions.h"

#define DATAGRAMS 64
#define TOLERANCE_MS 17000
#define MAX_KEYS 5
#define MAX_NODES 12
#define MAX_NODES_PER_KEY 8
#define MAX_NODES_PER_SENDER 3

enum setting {
	SETTING_REGEXP = 1,
	SETTING_DOTSPLIT = 2,
	SETTING_VASSALS = 4,	/* are required */
	SETTING_SIGN = 8,	/* with no key at all */
	SETTING_UNSIGNED = 16,
	SETTING_DENY = 32,	/* one of the senders */
	SETTING_SENDERS = 64,	/* have a limit */
};

enum flag {
	FLAG_SENDER = 3,	/* enum family */
	FLAG_HOST = 12,		/* which one */
	FLAG_LATER = 16,	/* so many seconds, the next byte, have passed */
	FLAG_SETTINGS = 32,	/* the next byte: other ones */
};
enum family { FROM_V4, FROM_V6, FROM_UNIX, FROM_NOBODY };

static struct subscription_server *server;
static struct subscription_conf confs[2];
static struct object objects[2] = { { .references = 1 }, { .references = 1 } };
static unsigned current;	/* of the two */

/* What a worker sees. */
static struct {
	struct shared_entry entry;
	struct pool         pool;
} seen;

static void open_once(void)
{
	static bool opened;

	if (opened)
		return;
	log_set_level(LEVEL_ALERT);
	HOLDS(loop_open("poll"));
	HOLDS(pool_cells_open());
	HOLDS(known_table_open());
	HOLDS(shared_table_own(known_table_region()));
	HOLDS(pool_owner_open());
	HOLDS(dns_open());
	opened = true;
}

static void set(unsigned settings)
{
	struct subscription_conf *conf;

	current = !current;
	conf = &confs[current];
	*conf = (struct subscription_conf){
		.tolerance_ms = TOLERANCE_MS, .max_keys = MAX_KEYS, .max_nodes = MAX_NODES,
		.max_nodes_per_key = MAX_NODES_PER_KEY,
		.max_nodes_per_sender = settings & SETTING_SENDERS ? MAX_NODES_PER_SENDER : 0,
		.regexp = (settings & SETTING_REGEXP) != 0,
		.dotsplit = (settings & SETTING_DOTSPLIT) != 0,
		.vassal_required = (settings & SETTING_VASSALS) != 0,
		.allow_unsigned = (settings & SETTING_UNSIGNED) != 0,
		.deny = settings & SETTING_DENY ? "10.0.0.2/32" : NULL,
		.sign = { .on = (settings & SETTING_SIGN) != 0, .digest = "SHA1",
			  .keys = "/nowhere/keys", .tolerance_ms = 600000 },
	};
	objects[current].conf = conf;
	object_hold(&objects[current]);
	subscription_server_set_object(server, &objects[current]);
}

/* A node of the pool in `seen`; those before it are other ones. */
static void check_node(unsigned at, uint64_t oldest_ms)
{
	const struct pool_node *n = &seen.pool.nodes[at];
	const struct pool_cell *cell = pool_cell(n->cell);

	HOLDS(cell != NULL && n->cell < pool_cells_used());
	HOLDS(atomic_load(&cell->generation) == n->generation);
	HOLDS(pool_cell_age(cell, loop_now()) <= oldest_ms);
	HOLDS(n->weight != 0 && n->name.len + n->vassal.len != 0);
	HOLDS(n->flags == 0);
	for (unsigned i = 0; i < at; i++) {
		const struct pool_node *other = &seen.pool.nodes[i];

		HOLDS(n->name.len == 0 || !slice_equal(n->name, other->name));
		HOLDS(n->vassal.len == 0 || !slice_equal(n->vassal, other->vassal));
	}
}

static void check_regexp(struct slice key, uint64_t *count)
{
	static struct shared_entry entry;

	if (!pool_regexps_is(key) || !server->regexps.on)
		return;
	HOLDS(shared_table_get(&server->regexps.table, key, &entry));
	++*count;
}

static void check_senders(const uint32_t *senders, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		unsigned same = 0;

		for (unsigned j = 0; j < count; j++)
			same += senders[i] == senders[j];
		HOLDS(senders[i] == 0 || pool_owner_count(senders[i]) == same);
	}
}

/* The table as workers read it, and what is counted beside it. */
static void check(uint64_t oldest_ms)
{
	uint32_t cells[MAX_NODES], senders[MAX_NODES];
	struct shared_walk walk = { .steps = UINT32_MAX };
	uint64_t keys = 0, expressions = 0;
	struct shared_table table;
	unsigned nodes = 0;

	HOLDS(pool_table_find("fuzz", &table));
	while (shared_table_next(&table, &walk, &seen.entry) == SHARED_NEXT_ENTRY) {
		HOLDS(seen.entry.key.len != 0 && seen.entry.key.len <= SUBSCRIPTION_KEY_MAX);
		HOLDS(pool_read(&seen.pool, seen.entry.value));
		HOLDS(seen.pool.count != 0 && seen.pool.count <= MAX_NODES_PER_KEY);
		for (unsigned i = 0; i < seen.pool.count; i++) {
			HOLDS(nodes < MAX_NODES);
			check_node(i, oldest_ms);
			cells[nodes] = seen.pool.nodes[i].cell;
			senders[nodes] = pool_owner_sender(cells[nodes]);
			for (unsigned j = 0; j < nodes; j++)
				HOLDS(cells[j] != cells[nodes]);
			nodes++;
		}
		check_regexp(seen.entry.key, &expressions);
		keys++;
	}
	HOLDS(keys <= MAX_KEYS && keys == subscription_pools_keys(&server->pools));
	HOLDS(nodes == server->pools.nodes);
	/* one entry is their number */
	HOLDS(!server->regexps.on ||
	      shared_table_count(&server->regexps.table) <= expressions + 1);
	check_senders(senders, nodes);
}

/* Time passes: everything was announced earlier by so much. */
static void pass(unsigned seconds)
{
	for (uint32_t i = 0; i < pool_cells_used(); i++)
		atomic_fetch_sub(&pool_cell(i)->announced, seconds * 1000 / POOL_CLOCK_MS);
	subscription_pools_sweep(&server->pools, loop_now());
	pool_owner_collect();
	subscription_server_second(server);
	check(TOLERANCE_MS);
}

/* Nothing is sent. Names are watched, but the loop never turns: nobody is asked for them. */
static bool leaves_the_process(struct slice datagram)
{
	struct subscription said;

	return subscription_parse(&said, datagram, SUBSCRIPTION_LENIENT) && said.notify.len != 0;
}

static void write_sender(struct sockaddr_storage *to, struct msghdr *head, unsigned flags)
{
	unsigned char host = (unsigned char)((flags & FLAG_HOST) >> 2);
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	head->msg_name = to;
	switch (flags & FLAG_SENDER) {
	case FROM_V4:
		*v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(4000) };
		v4->sin_addr.s_addr = htonl(0x0a000000u + host);
		head->msg_namelen = sizeof(*v4);
		break;
	case FROM_V6:
		*v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(4000) };
		v6->sin6_addr.s6_addr[0] = 0xfd;
		v6->sin6_addr.s6_addr[15] = host;
		head->msg_namelen = sizeof(*v6);
		break;
	case FROM_UNIX:
		to->ss_family = AF_UNIX;
		head->msg_namelen = sizeof(sa_family_t);
		break;
	default:
		break;
	}
}

/* Exactly as long as it is: beyond it nothing is read. */
static unsigned receive(struct slice bytes, unsigned flags)
{
	char *copy = malloc(bytes.len + 1);
	struct iovec iov = { .iov_base = copy, .iov_len = bytes.len };
	struct datagram_slot slot = { .head = { .msg_iov = &iov, .msg_iovlen = 1 },
				      .len = (unsigned)bytes.len };
	struct sockaddr_storage from;
	unsigned taken = 0;

	HOLDS(copy != NULL);
	memcpy(copy, bytes.data, bytes.len);
	write_sender(&from, &slot.head, flags);
	if (!leaves_the_process((struct slice){ copy, bytes.len })) {
		subscription_take(server, &slot, 1);
		taken = 1;
	}
	free(copy);
	return taken;
}

static void check_totals(unsigned taken)
{
	uint64_t sum = server->waiting.count;

	for (unsigned i = 0; i < SUBSCRIPTION_RESULTS; i++)
		sum += server->totals->results[i];
	HOLDS(sum == taken);
}

static void no_name(const struct dns_use *use, const struct dns_answer *answer, void *arg)
{
	(void)answer;
	(void)arg;
	HOLDS(use == NULL);	/* one is watched still */
}

static void close_server(void)
{
	struct shared_table table;

	subscription_server_remove(server);
	HOLDS(!pool_table_find("fuzz", &table));
	while (shared_table_give_back(known_table_region(), 1000))
		;
	pool_owner_collect();
	for (uint32_t i = 0; i < pool_cells_used(); i++)
		HOLDS(pool_owner_count(pool_owner_sender(i)) == 0);
	dns_each(no_name, NULL);
	datagram_receiver_release(&server->receiver);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = { (const char *)data, size };
	unsigned taken = 0;

	open_once();
	server = container_of(subscriptions_kind.new(&subscriptions_kind, "subscriptions/fuzz"),
			      struct subscription_server, receiver);
	set(size != 0 ? data[0] : 0);
	rest = slice_after(rest, size != 0);
	for (unsigned i = 0; i < DATAGRAMS && rest.len >= 4; i++) {
		unsigned flags = (unsigned char)rest.data[0], more = (unsigned char)rest.data[1];
		size_t len = (size_t)(unsigned char)rest.data[2] |
			     (size_t)(unsigned char)rest.data[3] << 8;

		rest = slice_after(rest, 4);
		len = len < rest.len ? len : rest.len;
		if (flags & FLAG_SETTINGS)
			set(more);
		if (flags & FLAG_LATER)
			pass(more);
		taken += receive((struct slice){ rest.data, len }, flags);
		rest = slice_after(rest, len);
		check(UINT64_MAX);
	}
	check_totals(taken);
	close_server();
	return 0;
}
