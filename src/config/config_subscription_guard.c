/* SPDX-License-Identifier: BSD-2-Clause */
/* The blocks `sign` and `credentials` of subscription servers. */
#include <stddef.h>

#include "config/config_subscription.h"
#include "config/config_types.h"
#include "core/units.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds stamps = { 1000, UINT32_MAX };

#define AT(field) offsetof(struct subscription_sign_conf, field)

static const struct directive sign_rows[] = {
	{ "digest", &conf_string, AT(digest), "SHA1", LIVE, FROM_FILE, NULL, NULL,
	  "The digest that announcements are signed with, as OpenSSL calls it." },
	{ "keys", &conf_path, AT(keys), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Folder of the public keys: example.com_8000.pem is for example.com:8000. A file may "
	  "come or change at any time." },
	{ "tolerance", &conf_duration, AT(tolerance_ms), "24h", LIVE, FROM_FILE, &stamps, NULL,
	  "How far the time of an announcement may be from heddle's, in the past and in the "
	  "future." },
	{ "mountpoints", &conf_bool, AT(mountpoints), "off", LIVE, FROM_FILE, NULL, NULL,
	  "The key of example.com/app is that of example.com." },
	{ "skip_uids", &config_ids, AT(skip_uids), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Users, by number and not root, whose announcements at a unix socket need no "
	  "signature." },
	{ .name = NULL },
};

#undef AT

static bool read_off(const struct node *node, const struct conf_place *place, bool *on,
		     const char *expected)
{
	if (node->kind == NODE_SCALAR && bool_parse(node->value, on))
		return true;
	conf_report(place, CONF_ERROR, node, "write %s", expected);
	return false;
}

static bool sign_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	return read_off(node, place, &((struct subscription_sign_conf *)conf)->on,
			"{digest: SHA1, keys: FOLDER}, or off");
}

static void sign_mapping(void *conf)
{
	((struct subscription_sign_conf *)conf)->on = true;
}

static const char *sign_shorthand(const void *conf)
{
	return ((const struct subscription_sign_conf *)conf)->on ? NULL : "off";
}

const struct conf_section config_subscription_sign_section = {
	.name = "sign",
	.rows = sign_rows,
	.size = sizeof(struct subscription_sign_conf),
	.given = offsetof(struct subscription_sign_conf, given),
	.scalar = sign_scalar,
	.mapping = sign_mapping,
	.shorthand = sign_shorthand,
};

#define AT(field) offsetof(struct subscription_credentials_conf, field)

static const struct directive credentials_rows[] = {
	{ "uids", &config_ids, AT(uids), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Users, by number, that are served; without it, all." },
	{ "gids", &config_ids, AT(gids), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Groups, by number, that are served; without it, all." },
	{ "check", &config_folders, AT(check), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Folders, of which one must have a file that is called as the key and belongs to the "
	  "user and the group of the sender." },
	{ .name = NULL },
};

static bool credentials_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	return read_off(node, place, &((struct subscription_credentials_conf *)conf)->on,
			"on, off, or {uids: [], gids: [], check: []}");
}

static void credentials_mapping(void *conf)
{
	((struct subscription_credentials_conf *)conf)->on = true;
}

static const char *credentials_shorthand(const void *conf)
{
	const struct subscription_credentials_conf *c = conf;

	if (!c->on)
		return "off";
	return c->uids == NULL && c->gids == NULL && c->check == NULL ? "on" : NULL;
}

const struct conf_section config_subscription_credentials_section = {
	.name = "credentials",
	.rows = credentials_rows,
	.size = sizeof(struct subscription_credentials_conf),
	.given = offsetof(struct subscription_credentials_conf, given),
	.scalar = credentials_scalar,
	.mapping = credentials_mapping,
	.shorthand = credentials_shorthand,
};
