/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration says about subscription servers: where uWSGI instances announce themselves,
 * and how requests are spread over those that have. Where they listen is a struct
 * datagram_listen_conf.
 */
#ifndef CONFIG_CONFIG_SUBSCRIPTION_H
#define CONFIG_CONFIG_SUBSCRIPTION_H

#include <stdbool.h>
#include <stdint.h>

/* Whose address iphash is over. */
enum subscription_iphash { IPHASH_PEER, IPHASH_REMOTE_ADDR };

struct subscription_conf {
	uint64_t    given;
	int         balance;		/* enum pool_balance; of pools that name none */
	int         iphash_by;		/* enum subscription_iphash */
	uint64_t    tolerance_ms;	/* without an announcement a node is gone */
	uint32_t    max_keys, max_nodes, max_nodes_per_key;
	uint32_t    max_nodes_per_sender;	/* 0: no limit */
	const char *allow, *deny;	/* networks of senders, separated by blanks; NULL: none */
	bool        dotsplit;
	bool        regexp;		/* a key ~EXPRESSION is one */
	const char *fallback_key;	/* NULL: none */
	const char *forward;		/* endpoints, separated by blanks; NULL: none */
	const char *forward_address;	/* of our service, as it is announced to them */
	const char *forward_from;	/* address that datagrams are sent from; NULL: any */
	const char *emperor;		/* an address of datagrams; NULL: none */
	uint64_t    vassal_timeout_ms;	/* until it is asked again to start a vassal */
	bool        vassal_required;	/* announcements without one are dropped */
};

#endif
