/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a configuration says about subscription servers: where uWSGI instances announce themselves,
 * and how requests are spread over those that have. Where they listen is a struct
 * datagram_listen_conf.
 */
#ifndef CONFIG_CONFIG_SUBSCRIPTION_H
#define CONFIG_CONFIG_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/base.h"

#include "core/slice.h"

/* Whose address iphash is over. */
enum subscription_iphash { IPHASH_PEER, IPHASH_REMOTE_ADDR };

/* Who may be asked for a signature; of uWSGI: --subscriptions-sign-check. */
struct subscription_sign_conf {
	uint64_t    given;
	bool        on;			/* any `sign:` but off */
	const char *digest;		/* one that digest_exists() */
	const char *keys;		/* folder; NULL only while it is read */
	uint64_t    tolerance_ms;	/* of stamps, both ways */
	bool        mountpoints;
	const char *skip_uids;		/* config_ids; NULL: none */
};

/* What the system says of senders at unix sockets. */
struct subscription_credentials_conf {
	uint64_t    given;
	bool        on;			/* any `credentials:` but off */
	const char *uids, *gids;	/* config_ids; NULL: all */
	const char *check;		/* config_folders; NULL: no file is looked for */
};

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
	struct subscription_sign_conf sign;
	bool        allow_unsigned;	/* beside signed ones */
	struct subscription_credentials_conf credentials;
};

/* What is configured of a key. */
struct subscription_key_conf {
	uint64_t    given;
	const char *nodes;	/* see config_subscription_next() */
};

/* A node that is there without an announcement. */
struct subscription_static {
	struct slice address;	/* as addr_print() writes it */
	uint16_t     weight;
	uint8_t      modifier1, modifier2, backup;
};

/* The next node of `nodes`, where *at is at first. false: there is no more. */
bool config_subscription_next(const char **at, struct subscription_static *n);

/* The address of forward_from, whose port may be 0: the system's choice. false: `why` says it. */
bool config_subscription_from(const char *text, struct addr *addr, char *why,
			      size_t size) MUST_CHECK;

#endif
