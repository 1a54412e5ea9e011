/* SPDX-License-Identifier: BSD-2-Clause */
/* `subscriptions`: servers at which uWSGI instances announce themselves. */
#include "config/config_parts.h"
#include "config/config_subscription.h"

static void check_forward(const struct item *item, const struct conf_place *place)
{
	const struct subscription_conf *conf = item->conf;
	struct conf_place key = conf_place_key(place, "forward");
	struct conf_place from = conf_place_key(place, "forward_from");
	struct addr addr;
	char why[400];

	if (conf->forward != NULL && conf->forward_address == NULL)
		conf_report(&key, CONF_ERROR, item->node, "needs forward_address: the address of "
			    "the service, as those reach it that it is announced to");
	if (conf->forward_from != NULL && !addr_parse(&addr, slice_of(conf->forward_from),
						      ADDR_LISTEN, NULL, why, sizeof(why)))
		conf_report(&from, CONF_ERROR, item->node, "%s", why);
}

static void check(const struct config_file *file, const struct item *item,
		  const struct conf_place *place)
{
	const struct subscription_conf *conf = item->conf;
	struct conf_place key = conf_place_key(place, "tolerance");
	struct conf_place emperor = conf_place_key(place, "emperor");

	(void)file;
	check_forward(item, place);
	/* they come every 10 s, and the first one that is late would end the node */
	if (conf->tolerance_ms < 10000 && conf->tolerance_ms != 0)
		conf_report(&key, CONF_WARNING, item->node, "uWSGI instances announce themselves "
			    "every 10 s, if they have no other --subscribe-freq");
	if (conf->emperor.type != ENDPOINT_ADDR)
		conf_report(&emperor, CONF_ERROR, item->node,
			    "write an address: names are not resolved here");
}

const struct object_kind config_subscription_kind = {
	.name = "subscription server",
	.plural = "subscription servers",
	.section = "subscriptions",
	.parent = &config_settings_kind,
	.conf = &config_subscription_section,
	.told = TOLD_RESOLVER | TOLD_WORKERS | TOLD_CONTROL | TOLD_STATE,
	.counted = true,
	.resources = true,
	.check = check,
};

const struct object_kind config_subscription_listener_kind = {
	.name = "listener",
	.plural = "listeners",
	.section = "listen",
	.parent = &config_subscription_kind,
	.conf = &config_fanout_listen_section,
	.told = TOLD_RESOLVER | TOLD_CONTROL | TOLD_STATE,
	.unnamed = true,
	.resources = true,
	.listens = true,
	.read = config_fanouts_read_listeners,
	.check_system = config_deep_listener,
	.print = config_fanouts_print_flow,
	.describe = config_fanouts_describe_listener,
};
