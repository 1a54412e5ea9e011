/* SPDX-License-Identifier: BSD-2-Clause */
/* `fastrouter_stats` of a uwsgi service: an address, a mapping, or a list of both. */
#include "config/config_fastrouter_stats.h"

#include <stddef.h>

#include "config/config_parts.h"
#include "core/arena.h"
#include "core/text.h"

#define LIVE APPLIES_LIVE
#define AT(field) offsetof(struct fastrouter_stats_conf, field)

static const struct conf_bounds waiting = { 1, INT32_MAX };

static const struct directive rows[] = {
	{ "address", &config_listen_address, AT(use.addr), NULL, LIVE, FROM_API, NULL, NULL,
	  "Where clients connect and are sent the figures of the service: host:port, :port, "
	  "[v6]:port, unix:/path, @abstract, fd:N or fd:NAME." },
	{ "http", &conf_bool, AT(http), "off", LIVE, FROM_API, NULL, NULL,
	  "Waits for a request of HTTP, and answers it, whatever it asks for." },
	{ "minified", &conf_bool, AT(minified), "off", LIVE, FROM_API, NULL, NULL,
	  "Sends no white space between the parts of the JSON." },
	{ "mode", &conf_mode, AT(use.mode), "0600", LIVE, FROM_FILE, NULL, NULL,
	  "File mode of a unix socket: it decides who may read the figures." },
	{ "user", &conf_string, AT(use.user), NULL, LIVE, FROM_FILE, NULL, "owner",
	  "Owner of a unix socket; without it, who started heddle." },
	{ "group", &conf_string, AT(use.group), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Group of a unix socket; without it, that of who started heddle." },
	{ "backlog", &conf_count, AT(use.backlog), "128", LIVE, FROM_API, &waiting, NULL,
	  "Connections that may wait to be accepted." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_fastrouter_stats_section = {
	.name = "fastrouter_stats",
	.rows = rows,
	.size = sizeof(struct fastrouter_stats_conf),
	.given = offsetof(struct fastrouter_stats_conf, use) + offsetof(struct listen_conf, given),
};

static void append(struct config_file *file, struct item *service, struct item *item,
		   const struct conf_place *place)
{
	static const char *const owner[] = { "mode", "user", "group", NULL };
	const struct fastrouter_stats_conf *conf = item->conf;
	char printed[ADDR_TEXT];

	if (addr_range(&conf->use.addr) > 1) {
		conf_report(place, CONF_ERROR, item->node, "one port, not a range");
		return;
	}
	config_fanouts_check_use(item, owner, conf->use.addr.kind == ADDR_UNIX, "unix sockets",
				 place);
	item->name = arena_strdup(file->arena,
				  addr_print(&conf->use.addr, printed, sizeof(printed)));
	item_append(file, service, item);
}

static void read_addresses(struct config_file *file, const struct object_kind *kind,
			   struct item *service, const struct node *section,
			   const struct conf_place *outer)
{
	struct conf_place place = conf_place_key(outer, kind->section);

	if (section != NULL && !node_null(section))
		config_fanouts_read_list(file, kind, service, section, &place, append);
}

const struct object_kind config_fastrouter_stats_kind = {
	.name = "stats address",
	.plural = "stats addresses",
	.section = "fastrouter_stats",
	.parent = &config_service_kind,
	.conf = &config_fastrouter_stats_section,
	.told = TOLD_CONTROL | TOLD_STATE,
	.unnamed = true,
	.resources = true,
	.listens = true,
	.read = read_addresses,
	.check_system = config_deep_listener,
	.print = config_fanouts_print_flow,
	.describe = config_fanouts_describe_listener,
};
