/* SPDX-License-Identifier: BSD-2-Clause */
/* Directives of subscription servers; the order is the manual's and that of -T. */
#include <stddef.h>

#include "config/config_subscription.h"
#include "config/config_types.h"
#include "core/pool.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds some_time = { 1, UINT32_MAX };
static const struct conf_bounds many = { 1, 100000000 };
static const struct conf_bounds per_key = { 1, POOL_NODES_MAX };
static const struct conf_bounds any = { 0, UINT32_MAX };

static const struct conf_word balances[] = {
	{ "wrr", POOL_WRR },
	{ "lrc", POOL_LRC },
	{ "wlrc", POOL_WLRC },
	{ "iphash", POOL_IPHASH },
	{ "round_robin", POOL_WRR },
	{ "least_connections", POOL_LRC },
	{ NULL, 0 },
};

static const struct conf_word clients[] = {
	{ "peer", IPHASH_PEER },
	{ "remote_addr", IPHASH_REMOTE_ADDR },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct subscription_conf, field)

static const struct directive rows[] = {
	{ "name", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What it is called, where subscriptions is a list." },
	{ "listen", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The addresses where announcements are received: one, a list, or mappings." },
	{ "keys", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "Nodes that are there without an announcement, by key." },
	{ "balance", &conf_word, AT(balance), "wrr", LIVE, FROM_API, balances, NULL,
	  "How requests are spread over the nodes of a key that names no algo: wrr, by weight in "
	  "turn; lrc, fewest sessions; wlrc, fewest for its weight; iphash, by client." },
	{ "iphash_by", &conf_word, AT(iphash_by), "peer", LIVE, FROM_API, clients, NULL,
	  "The client of iphash: peer, who has connected, or remote_addr, the one that REMOTE_ADDR "
	  "names." },
	{ "tolerance", &conf_duration, AT(tolerance_ms), "25s", LIVE, FROM_API, &some_time, NULL,
	  "A node that has not been announced for so long is removed." },
	{ "max_keys", &conf_count, AT(max_keys), "1000000", LIVE, FROM_API, &many, NULL,
	  "Keys that are subscribed at most." },
	{ "max_nodes", &conf_count, AT(max_nodes), "1000000", LIVE, FROM_API, &many, NULL,
	  "Nodes of all keys at most." },
	{ "max_nodes_per_key", &conf_count, AT(max_nodes_per_key), "256", LIVE, FROM_API,
	  &per_key, NULL, "Nodes of one key at most; some 300 fit." },
	{ "max_nodes_per_sender", &conf_count, AT(max_nodes_per_sender), "0", LIVE, FROM_API, &any,
	  NULL, "Nodes that one host may have announced; 0: no limit." },
	{ "allow", &config_networks, AT(allow), NULL, LIVE, FROM_API, NULL, NULL,
	  "Networks of the senders that are served; without it, all." },
	{ "deny", &config_networks, AT(deny), NULL, LIVE, FROM_API, NULL, NULL,
	  "Networks of senders whose datagrams are dropped, also where allow has them." },
	{ "dotsplit", &conf_bool, AT(dotsplit), "off", LIVE, FROM_API, NULL, NULL,
	  "A key that nobody has is looked for without its first labels: www.example.com as "
	  ".example.com and .com." },
	{ "regexp", &conf_bool, AT(regexp), "off", LIVE, FROM_API, NULL, NULL,
	  "A key that begins with ~ is a regular expression, and stands for the keys that it "
	  "matches; 1,000 at most." },
	{ "fallback_key", &config_uwsgi_key, AT(fallback_key), NULL, LIVE, FROM_API, NULL, NULL,
	  "The key whose nodes are used where the key of a request has none." },
	{ "forward", &config_targets, AT(forward), NULL, LIVE, FROM_API, NULL, NULL,
	  "Other subscription servers, where each key is announced with the sum of its weights: "
	  "addresses or names." },
	{ "forward_address", &conf_string, AT(forward_address), NULL, LIVE, FROM_API, NULL, NULL,
	  "The address of the service that is announced there; :3017 is port 3017 of the machine "
	  "that the datagram comes from." },
	{ "forward_from", &conf_string, AT(forward_from), NULL, LIVE, FROM_API, NULL, NULL,
	  "The address that these datagrams are sent from; without it, the system's choice." },
	{ "emperor", &conf_string, AT(emperor), NULL, LIVE, FROM_API, NULL, NULL,
	  "The command socket of uWSGI's Emperor, which starts a vassal that is subscribed without "
	  "an address when a request comes for it." },
	{ "vassal_timeout", &conf_duration, AT(vassal_timeout_ms), "5s", LIVE, FROM_API, &some_time,
	  NULL, "A request waits so long for a vassal that is started; then the Emperor is asked "
	  "again, three times in all." },
	{ "vassal_required", &conf_bool, AT(vassal_required), "off", LIVE, FROM_API, NULL, NULL,
	  "Drops announcements that name no vassal." },
	{ "sign", &conf_block, AT(sign), "off", LIVE, FROM_FILE, &config_subscription_sign_section,
	  NULL, "Serves those announcements that are signed with the key of their name." },
	{ "allow_unsigned", &conf_bool, AT(allow_unsigned), "off", LIVE, FROM_FILE, NULL, NULL,
	  "With sign: serves announcements without a signature, too, as long as they do not touch "
	  "a node that was signed." },
	{ "credentials", &conf_block, AT(credentials), "off", LIVE, FROM_FILE,
	  &config_subscription_credentials_section, NULL,
	  "Serves those senders at unix sockets alone that the system names, and drops what comes "
	  "by UDP." },
	{ .name = NULL },
};

#undef AT

static bool below(const char *key)
{
	return object_kind_below(&config_subscription_kind, slice_of(key)) != NULL;
}

const struct conf_section config_subscription_section = {
	.name = "subscription",
	.rows = rows,
	.size = sizeof(struct subscription_conf),
	.given = offsetof(struct subscription_conf, given),
	.holds = below,
};
