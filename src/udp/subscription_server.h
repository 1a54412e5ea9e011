/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A subscription server: uWSGI instances announce themselves to it by datagrams, and requests are
 * routed to them. It decides what becomes of each datagram; who has announced what is in its pools.
 */
#ifndef UDP_SUBSCRIPTION_SERVER_H
#define UDP_SUBSCRIPTION_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "event/timer.h"
#include "udp/datagram_receiver.h"
#include "udp/subscription_forward.h"
#include "udp/subscription_guard.h"
#include "udp/subscription_names.h"
#include "udp/subscription_pools.h"
#include "udp/subscription_regexps.h"
#include "udp/subscription_static.h"

struct object;
struct text;

struct subscription_totals {	/* datagrams; in shared memory, see core/counter_rows.h */
	uint64_t results[SUBSCRIPTION_RESULTS];
	uint64_t kernel;	/* dropped before they were received */
};

struct subscription_server {
	struct datagram_receiver receiver;
	struct object *object;
	const struct subscription_conf *conf;	/* of the object */
	struct subscription_pools   pools;
	struct subscription_guard   guard;
	struct subscription_waiting waiting;	/* for the guard, until `later` */
	struct timer                later;
	struct subscription_names   names;	/* of hosts, in announcements */
	struct subscription_forward forward;
	struct subscription_regexps regexps;
	struct subscription_static_keys keys;
	struct subscription_totals *totals, own;
	bool                        opened;	/* it has had an object */
};

struct subscription_server *subscription_server_new(const struct datagram_receiver_kind *kind,
						    const char *path);
/* The object passes to it. */
void subscription_server_set_object(struct subscription_server *s, struct object *object);
/* It is removed from the configuration: its nodes and counters are forgotten. */
void subscription_server_remove(struct subscription_server *s);
void subscription_server_free(struct subscription_server *s);
/* Whether it has a table of that name. */
bool subscription_server_uses(const struct subscription_server *s, struct slice table);
/* Every second: forgets what is not announced any more. */
void subscription_server_second(struct subscription_server *s);
/* Appends its name and what the API shows of it. */
void subscription_server_print(const struct subscription_server *s, struct text *out);

#endif
