/* SPDX-License-Identifier: BSD-2-Clause */
/* What is seen of `admin` as a whole: an address twice, TLS in halves, an API open to strangers. */
#include "config/config_parts.h"

struct checked {	/* a listener, and where it is in the file */
	const struct admin_conf   *admin;
	const struct admin_listen *listen;
	const struct node         *node;
	const struct conf_place   *place;
};

static bool given(const struct admin_listen *listen, const char *directive)
{
	return conf_given(listen, &config_admin_listen_section,
			  conf_find(&config_admin_listen_section, directive));
}

static const char *shown(const struct checked *c, char buf[ADDR_TEXT])
{
	return addr_print(&c->listen->use.addr, buf, ADDR_TEXT);
}

static void check_strangers(const struct checked *c)
{
	bool tls = config_admin_speaks_tls(c->admin, c->listen);
	bool tokens = c->admin->tokens != NULL;
	char buf[ADDR_TEXT];

	if (config_admin_is_local(&c->listen->use.addr) || c->listen->insecure ||
	    c->listen->access == ADMIN_METRICS || (tls && tokens))
		return;
	conf_report(c->place, CONF_ERROR, c->node,
		    "%s is not loopback: needs %s%s%s, or \"access: metrics\", or "
		    "\"insecure: i_know\"",
		    shown(c, buf), tls ? "" : "tls", !tls && !tokens ? " and " : "",
		    tokens ? "" : "tokens");
}

/* Owner and mode of a socket that is no file, and TLS of one that has none, would be ignored. */
static void check_kind(const struct checked *c)
{
	static const char *const rows[] = { "mode", "user", "group" };
	bool is_unix = config_admin_is_unix(&c->listen->use.addr);

	for (size_t i = 0; i < COUNT(rows) && c->listen->use.addr.kind != ADDR_UNIX; i++) {
		struct conf_place key = conf_place_key(c->place, rows[i]);

		if (given(c->listen, rows[i]))
			conf_report(&key, CONF_ERROR, c->node, "is for unix sockets");
	}
	if (is_unix && c->listen->tls && given(c->listen, "tls"))
		conf_report(c->place, CONF_ERROR, c->node, "tls: unix sockets have none");
	else if (!is_unix && c->listen->tls && given(c->listen, "tls") &&
		 c->admin->tls.certificate == NULL)
		conf_report(c->place, CONF_ERROR, c->node,
			    "tls: on needs admin.tls with a certificate");
}

static void compare_service(const struct item *item, const struct conf_place *place, void *arg)
{
	const struct checked *c = arg;
	char buf[ADDR_TEXT];

	(void)place;
	if (item->kind->listens &&
	    addr_overlaps(&((const struct listen_conf *)item->conf)->addr, &c->listen->use.addr))
		conf_report(c->place, CONF_ERROR, c->node,
			    "%s is already the address of %s.%s (%s:%u)", shown(c, buf),
			    item->parent->kind->section, item->parent->name, item->at->file,
			    item->at->line);
}

static void check_twice(const struct checked *c)
{
	char buf[ADDR_TEXT];

	for (const struct admin_listen *l = c->admin->listen.at; l != c->listen; l++) {
		if (!addr_overlaps(&l->use.addr, &c->listen->use.addr))
			continue;
		conf_report(c->place, CONF_ERROR, c->node, "%s is there twice", shown(c, buf));
		return;
	}
}

static void check_tls(const struct admin_conf *admin, const struct node *node,
		      const struct conf_place *place)
{
	struct conf_place key = conf_place_key(place, "tls");
	const struct admin_tls_conf *tls = &admin->tls;

	if (tls->certificate == NULL && (tls->key != NULL || tls->client_ca != NULL))
		conf_report(&key, CONF_ERROR, node_get(node, "tls"), "no certificate");
}

void config_check_admin(const struct config_file *file, const struct conf_place *top)
{
	const struct admin_conf *admin = &file->settings->admin;
	const struct node *node = node_get(file->tree, "admin");
	struct conf_place place = conf_place_key(top, "admin");
	struct conf_place list = conf_place_key(&place, "listen");

	if (node == NULL || node->kind != NODE_MAP || top->errors->errors > 0)
		return;	/* after an error, places in the list and listeners may not be the same */
	check_tls(admin, node, &place);
	node = node_get(node, "listen");
	for (uint32_t i = 0; i < admin->listen.count; i++) {
		struct conf_place item = conf_place_item(&list, i);
		struct checked c = { admin, &admin->listen.at[i], node, &list };

		if (node->kind == NODE_LIST) {
			c.node = node->items[i];
			c.place = &item;
		}
		check_strangers(&c);
		check_kind(&c);
		check_twice(&c);
		item_each(file->root, top, &(struct item_visit){ compare_service, &c });
	}
}
