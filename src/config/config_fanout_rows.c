/* SPDX-License-Identifier: BSD-2-Clause */
/* Directives of fan-outs, of their listeners and of their targets. */
#include <stddef.h>
#include <string.h>

#include "config/config_fanout.h"
#include "config/config_types.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds positive = { 1, UINT32_MAX };
static const struct conf_bounds some_time = { 1, UINT64_MAX };
static const struct conf_bounds queues = { 0, 1 << 30 };
static const struct conf_bounds rates = { 1, 1000000 };
static const struct conf_bounds many = { 1, 100000000 };
static const struct conf_bounds hops = { 0, 255 };
static const struct conf_bounds lines = { 0, 1000 };

static const struct conf_word protocols[] = {
	{ "auto", FANOUT_AUTO },
	{ "uwsgi_subscription", FANOUT_UWSGI_SUBSCRIPTION },
	{ "raw", FANOUT_RAW },
	{ NULL, 0 },
};

static const struct conf_word sources[] = {
	{ "proxy", FANOUT_PROXY },
	{ "keep", FANOUT_KEEP },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct fanout_conf, field)

static const struct directive fanout_rows[] = {
	{ "name", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "What it is called, where fanouts is a list." },
	{ "listen", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "The addresses where datagrams are received: one, a list, or mappings." },
	{ "targets", &conf_elsewhere, 0, NULL, LIVE, FROM_API, NULL, NULL,
	  "Where each datagram is sent: a list of addresses or mappings." },
	{ "refresh", &conf_duration, AT(refresh_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How often names are resolved again; 0: as the TTL of the record says." },
	{ "protocol", &conf_word, AT(protocol), "auto", LIVE, FROM_API, protocols, NULL,
	  "What the datagrams are: auto (subscriptions of uWSGI are remembered, all is sent on), "
	  "uwsgi_subscription (nothing else is sent on), or raw (nothing is remembered)." },
	{ "source", &conf_word, AT(source), "proxy", LIVE, FROM_API, sources, NULL,
	  "The address that targets see: proxy, one of heddle's own, or keep, the sender's." },
	{ "allow", &config_networks, AT(allow), NULL, LIVE, FROM_API, NULL, NULL,
	  "Networks of the senders that are served; without it, all." },
	{ "deny", &config_networks, AT(deny), NULL, LIVE, FROM_API, NULL, NULL,
	  "Networks of senders whose datagrams are dropped, also where allow has them." },
	{ "sample", &config_sample, AT(sample), "1", LIVE, FROM_API, &positive, NULL,
	  "One datagram in so many is sent on: 3, or 1/3." },
	{ "queue", &conf_size, AT(queue), "4m", LIVE, FROM_API, &queues, NULL,
	  "Bytes of datagrams that wait at most until a name has its first answer, or, for each "
	  "unix socket, until it has room." },
	{ "replay_rate", &conf_count, AT(replay_rate), "5000", LIVE, FROM_API, &rates, NULL,
	  "Known instances that a new target is sent, per second." },
	{ "tolerance", &conf_duration, AT(tolerance_ms), "25s", LIVE, FROM_API, &some_time, NULL,
	  "How long an instance is known after it was announced." },
	{ "max_known", &conf_count, AT(max_known), "1000000", LIVE, FROM_API, &many, NULL,
	  "Instances that are known at most." },
	{ "fill_address", &conf_bool, AT(fill_address), "off", LIVE, FROM_API, NULL, NULL,
	  "Writes the sender's host into an unsigned announcement that names a port alone." },
	{ "log_datagrams", &conf_count, AT(log_datagrams), "0", LIVE, FROM_API, &lines, NULL,
	  "Lines of the log a second that say from where a datagram has come; 0: none." },
	{ .name = NULL },
};

#undef AT

static bool below_fanout(const char *key)
{
	return object_kind_below(&config_fanout_kind, slice_of(key)) != NULL;
}

const struct conf_section config_fanout_section = {
	.name = "fanout",
	.rows = fanout_rows,
	.size = sizeof(struct fanout_conf),
	.given = offsetof(struct fanout_conf, given),
	.holds = below_fanout,
};

#define AT(field) offsetof(struct datagram_listen_conf, field)

static const struct directive listen_rows[] = {
	{ "address", &config_datagram_address, AT(use.addr), NULL, LIVE, FROM_API, NULL, NULL,
	  "Where datagrams are received: host:port, :port, [v6]:port, a multicast group, "
	  "unix:/path or @abstract; ports may be a range such as 8000-8010." },
	{ "interface", &conf_string, AT(interface), NULL, LIVE, FROM_API, NULL, NULL,
	  "Interface on which a multicast group is joined, as soon as it is there." },
	{ "mode", &conf_mode, AT(use.mode), "0666", LIVE, FROM_FILE, NULL, NULL,
	  "File mode of a unix socket." },
	{ "user", &conf_string, AT(use.user), NULL, LIVE, FROM_FILE, NULL, "owner",
	  "Owner of a unix socket; without it, who started heddle." },
	{ "group", &conf_string, AT(use.group), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Group of a unix socket; without it, that of who started heddle." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_fanout_listen_section = {
	.name = "fanout_listen",
	.rows = listen_rows,
	.size = sizeof(struct datagram_listen_conf),
	.given = offsetof(struct datagram_listen_conf, use) + offsetof(struct listen_conf, given),
};

#define AT(field) offsetof(struct fanout_target_conf, field)

static const struct directive target_rows[] = {
	{ "address", &config_target_address, AT(address), NULL, LIVE, FROM_API, NULL, NULL,
	  "Where to send: host:port, [v6]:port, a multicast group, unix:/path or @abstract; "
	  "name:port is every address of the name, srv:_service._udp.name every record." },
	{ "interface", &conf_string, AT(interface), NULL, LIVE, FROM_API, NULL, NULL,
	  "Interface on which datagrams to a multicast group leave." },
	{ "ttl", &conf_count, AT(ttl), "1", LIVE, FROM_API, &hops, NULL,
	  "Routers that datagrams to a multicast group may pass, and one." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_target_section = {
	.name = "target",
	.rows = target_rows,
	.size = sizeof(struct fanout_target_conf),
	.given = offsetof(struct fanout_target_conf, given),
};
