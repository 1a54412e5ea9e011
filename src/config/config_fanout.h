/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration says about fan-outs: where datagrams are received, and the targets that
 * each of them is sent to.
 */
#ifndef CONFIG_CONFIG_FANOUT_H
#define CONFIG_CONFIG_FANOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_listen.h"
#include "core/endpoint.h"

enum fanout_protocol { FANOUT_AUTO, FANOUT_UWSGI_SUBSCRIPTION, FANOUT_RAW };
enum fanout_source { FANOUT_PROXY, FANOUT_KEEP };

struct fanout_conf {
	uint64_t    given;
	int         protocol;		/* enum fanout_protocol */
	int         source;		/* enum fanout_source */
	uint64_t    refresh_ms;		/* of names; 0: the TTL of the record */
	const char *allow, *deny;	/* networks of senders, separated by blanks; NULL: none */
	uint32_t    sample;		/* one datagram in so many is sent on */
	uint64_t    queue;		/* bytes that wait for the first answer of DNS */
	uint32_t    replay_rate;	/* datagrams a second, to one target */
	uint64_t    tolerance_ms;	/* how long an announcement is remembered */
	uint32_t    max_known;
	bool        fill_address;
	uint32_t    log_datagrams;	/* lines a second that say who sends; 0: none */
};

struct datagram_listen_conf {
	struct listen_conf use;		/* first; its address is one of datagrams */
	const char        *interface;	/* of a multicast group; NULL: the system's choice */
};

struct fanout_target_conf {
	uint64_t    given;
	struct endpoint address;	/* an address is one of datagrams */
	const char *interface;		/* of a multicast group; NULL: the system's choice */
	uint32_t    ttl;		/* of datagrams to a multicast group */
};

/* Why `source: keep` cannot begin while heddle runs; with the name of the fan-out. */
#define FANOUT_KEEP_REFUSED \
	"fanouts.%s.source: keep needs a right that this process gave up (CAP_NET_RAW): " \
	"restart heddle with keep in the file"

#define CONFIG_INTERFACE_MAX 16	/* bytes of the name of an interface, with its NUL */

/* What a target is called: as it is written in the file. */
const char *config_fanout_name(const struct endpoint *endpoint, char *buf, size_t size);
/* Whether it is an address that a group of hosts receives at. */
bool config_fanout_is_group(const struct addr *addr);

#endif
