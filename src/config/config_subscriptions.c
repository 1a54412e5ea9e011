/* SPDX-License-Identifier: BSD-2-Clause */
/* `subscriptions`: servers at which uWSGI instances announce themselves. */
#include "config/config_parts.h"
#include "config/config_subscription.h"
#include "config/item_in_route.h"
#include "core/digest.h"

/* Names are not resolved there. */
static void check_address(const struct item *item, const char *text,
			  const struct conf_place *key)
{
	struct addr addr;
	char why[400];

	if (text != NULL && !addr_parse(&addr, slice_of(text), ADDR_DIAL, NULL, why, sizeof(why)))
		conf_report(key, CONF_ERROR, item->node, "%s", why);
}

static void check_sign(const struct subscription_conf *conf, const struct node *node,
		       const struct conf_place *place)
{
	const struct subscription_sign_conf *sign = &conf->sign;
	struct conf_place block = conf_place_key(place, "sign");
	struct conf_place digest = conf_place_key(&block, "digest");
	struct conf_place unsigned_too = conf_place_key(place, "allow_unsigned");

	if (conf->allow_unsigned && !sign->on)
		conf_report(&unsigned_too, CONF_WARNING, node, "has no effect without sign");
	if (!sign->on)
		return;
	if (sign->keys == NULL)
		conf_report(&block, CONF_ERROR, node, "needs keys: the folder of the public keys");
	if (sign->digest == NULL || !digest_exists(sign->digest))
		conf_report(&digest, CONF_ERROR, node, "OpenSSL signs with no digest %s here; "
			    "write what the instances have behind the key, such as SHA1 or SHA256",
			    sign->digest != NULL ? sign->digest : "of no name");
}

bool config_subscription_from(const char *text, struct addr *addr, char *why, size_t size)
{
	size_t len = strlen(text);
	char copy[ADDR_TEXT];
	bool any = len > 2 && len < sizeof(copy) && strcmp(text + len - 2, ":0") == 0;

	if (!any)
		return addr_parse(addr, slice_of(text), ADDR_LISTEN, NULL, why, size);
	memcpy(copy, text, len - 1);
	copy[len - 1] = '1';
	if (!addr_parse(addr, (struct slice){ copy, len }, ADDR_LISTEN, NULL, why, size))
		return false;
	addr_set_port(addr, 0);
	return true;
}

static void check_forward(const struct item *item, const struct conf_place *place)
{
	struct addr addr;
	char why[400];
	const struct subscription_conf *conf = item->conf;
	struct conf_place key = conf_place_key(place, "forward");
	struct conf_place from = conf_place_key(place, "forward_from");

	if (conf->forward != NULL && conf->forward_address == NULL)
		conf_report(&key, CONF_ERROR, item->node, "needs forward_address: the address of "
			    "the service, as those reach it that it is announced to");
	if (conf->forward_from != NULL &&
	    !config_subscription_from(conf->forward_from, &addr, why, sizeof(why)))
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
	check_sign(conf, item->node, place);
	/* they come every 10 s, and the first one that is late would end the node */
	if (conf->tolerance_ms < 10000 && conf->tolerance_ms != 0)
		conf_report(&key, CONF_WARNING, item->node, "uWSGI instances announce themselves "
			    "every 10 s, if they have no other --subscribe-freq");
	check_address(item, conf->emperor, &emperor);
}

/* A server that stands in a route instead of its name. */
static const char *name_in_route(const struct route_conf *route)
{
	return route->subscriptions;
}

static bool is_server(const struct node *node)
{
	return node->kind == NODE_MAP;
}

static bool bind_server(struct item *item, const struct node *node, const struct conf_place *place)
{
	(void)conf_bind(node, item->kind->conf, item->conf, place, item->conf);
	return true;
}

static const struct item_in_route in_route = { "subscriptions", name_in_route, is_server,
					       bind_server };

static void read_servers(struct config_file *file, const struct object_kind *kind,
			 struct item *root, const struct node *section,
			 const struct conf_place *top)
{
	item_in_route_read(file, kind, root, section, top, &in_route);
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
	.read = read_servers,
	.check = check,
	.check_system = config_deep_subscription,
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
