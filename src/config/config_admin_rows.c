/* SPDX-License-Identifier: BSD-2-Clause */
/* `admin`: its directives, and the types that only it has. */
#include <stddef.h>
#include <string.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/text.h"

#define LIVE APPLIES_LIVE
#define BACKLOG 1024

static const struct conf_word accesses[] = {
	{ "metrics", ADMIN_METRICS },
	{ "read", ADMIN_READ },
	{ "write", ADMIN_WRITE },
	{ NULL, 0 },
};

static const struct conf_word insecure[] = { { "off", 0 }, { "i_know", 1 }, { NULL, 0 } };

static const struct conf_word dialects[] = {
	{ "readme", ADMIN_README },
	{ "v0.1", ADMIN_V01 },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct admin_listen, field)

static const struct directive listen_rows[] = {
	{ "address", &config_listen_address, AT(use.addr), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Where the API listens: host:port, :port, [v6]:port, unix:/path, @abstract, fd:N or "
	  "fd:NAME." },
	{ "access", &conf_word, AT(access), "write", LIVE, FROM_FILE, accesses, NULL,
	  "What its clients may do at most: metrics (figures and health), read (everything, and "
	  "change nothing) or write." },
	{ "tls", &conf_bool, AT(tls), "on", LIVE, FROM_FILE, NULL, NULL,
	  "off: plain HTTP although admin has a certificate." },
	{ "insecure", &conf_word, AT(insecure), "off", LIVE, FROM_FILE, insecure, NULL,
	  "i_know: read and write access from other machines without TLS or without tokens." },
	{ "mode", &conf_mode, AT(use.mode), "0600", LIVE, FROM_FILE, NULL, NULL,
	  "File mode of a unix socket: it decides who may use the API there." },
	{ "user", &conf_string, AT(use.user), NULL, LIVE, FROM_FILE, NULL, "owner",
	  "Owner of a unix socket; without it, who started heddle." },
	{ "group", &conf_string, AT(use.group), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Group of a unix socket; without it, that of who started heddle." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_admin_listen_section = {
	.name = "admin.listen",
	.rows = listen_rows,
	.size = sizeof(struct admin_listen),
	.given = offsetof(struct admin_listen, given),
};

static bool bind_listener(const struct node *node, const struct conf_place *place,
			  struct admin_listen *listen)
{
	(void)conf_bind(NULL, &config_admin_listen_section, NULL, place, listen);
	listen->use.backlog = BACKLOG;
	if (node->kind == NODE_MAP)
		return conf_bind(node, &config_admin_listen_section, listen, place, listen);
	/* the same as the mapping that it is short for, and that is printed */
	conf_set_given(listen, &config_admin_listen_section,
		       conf_find(&config_admin_listen_section, "address"));
	return config_types_read_address(node, true, place, &listen->use.addr);
}

static bool read_listener(const struct node *node, const struct conf_place *place,
			  struct admin_listeners *to)
{
	struct admin_listen *listen = &to->at[to->count];

	if (to->count == ADMIN_LISTEN_MAX) {
		conf_report(place, CONF_ERROR, node, "more than %d listeners", ADMIN_LISTEN_MAX);
		return false;
	}
	if (!bind_listener(node, place, listen))
		return false;
	if (listen->use.addr.kind == ADDR_NONE) {
		conf_report(place, CONF_ERROR, node, "no address");
		return false;
	}
	if (addr_range(&listen->use.addr) > 1) {
		conf_report(place, CONF_ERROR, node, "one port, not a range");
		return false;
	}
	to->count++;
	return true;
}

static bool parse_listeners(const struct node *node, const struct directive *d,
			    const struct conf_place *place, void *field)
{
	struct admin_listeners *to = field;
	bool ok = true;

	(void)d;
	memset(to, 0, sizeof(*to));
	if (node->kind != NODE_LIST)
		return node_null(node) || read_listener(node, place, to);
	for (size_t i = 0; i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		ok &= read_listener(node->items[i], &item, to);
	}
	return ok;
}

static void print_listeners(const void *field, const struct directive *d, struct text *out)
{
	const struct admin_listeners *listeners = field;

	(void)d;
	text_putc(out, '[');
	for (uint32_t i = 0; i < listeners->count; i++) {
		text_puts(out, i > 0 ? ", " : "");
		conf_print(&listeners->at[i], &config_admin_listen_section, out);
	}
	text_putc(out, ']');
}

static void strings_of_listeners(void *field, const struct directive *d,
				 const struct conf_strings *to)
{
	struct admin_listeners *listeners = field;

	(void)d;
	/* the count may have come from another process */
	for (uint32_t i = 0; i < listeners->count && i < COUNT(listeners->at); i++)
		conf_strings(&listeners->at[i], &config_admin_listen_section, to);
}

static const struct conf_type listeners_type = {
	.name = "addresses",
	.size = sizeof(struct admin_listeners),
	.parse = parse_listeners,
	.print = print_listeners,
	.strings = strings_of_listeners,
};

static bool add_host(const struct node *node, const struct conf_place *place, struct text *all)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-_";

	if (!conf_types_scalar(node, "a host name", place))
		return false;
	if (node->value.len == 0 || node->value.data[strspn(node->value.data, allowed)] != '\0') {
		conf_report(place, CONF_ERROR, node,
			    "\"%s\" is not the name of a host; write it without scheme and port, "
			    "such as heddle.example.com",
			    conf_show(place->errors->arena, node->value));
		return false;
	}
	text_printf(all, "%s ", node->value.data);
	return true;
}

static bool parse_hosts(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	struct text all;
	bool ok = true;

	(void)d;
	text_init(&all);
	if (node->kind != NODE_LIST)
		ok = add_host(node, place, &all);
	for (size_t i = 0; i < node->count && node->kind == NODE_LIST; i++) {
		struct conf_place item = conf_place_item(place, i);

		ok &= add_host(node->items[i], &item, &all);
	}
	*(const char **)field = all.len > 0 ? arena_strdup(place->arena, text_cstr(&all)) : NULL;
	text_close(&all);
	return ok;
}

static void print_hosts(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field;

	(void)d;
	text_putc(out, '[');
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, " ");

		text_append(out, at, len);
		at += len + 1;
		text_puts(out, *at != '\0' ? ", " : "");
	}
	text_putc(out, ']');
}

static void string_of_hosts(void *field, const struct directive *d, const struct conf_strings *to)
{
	(void)d;
	to->each(field, to->arg);
}

static const struct conf_type hosts_type = {
	.name = "names of hosts",
	.size = sizeof(char *),
	.parse = parse_hosts,
	.print = print_hosts,
	.strings = string_of_hosts,
};

#define AT(field) offsetof(struct admin_tls_conf, field)

static const struct directive tls_rows[] = {
	{ "certificate", &conf_path, AT(certificate), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Certificate of the API in PEM, those that it was signed by behind it." },
	{ "key", &conf_path, AT(key), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Its private key in PEM; without it, the file of the certificate has the key too." },
	{ "client_ca", &conf_path, AT(client_ca), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Certificates of authorities: clients must have a certificate that one of them signed." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_admin_tls_section = {
	.name = "admin.tls",
	.rows = tls_rows,
	.size = sizeof(struct admin_tls_conf),
	.given = offsetof(struct admin_tls_conf, given),
};

#define AT(field) offsetof(struct admin_conf, field)

static const struct directive admin_rows[] = {
	{ "listen", &listeners_type, AT(listen), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Where the API listens besides the control socket: an address, a mapping, or a list of "
	  "both." },
	{ "tls", &conf_block, AT(tls), NULL, LIVE, FROM_FILE, &config_admin_tls_section, NULL,
	  "Makes every TCP listener of the API speak TLS." },
	{ "tokens", &conf_path, AT(tokens), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "File of the tokens that clients of TCP listeners have to send; without it, none." },
	{ "hosts", &hosts_type, AT(hosts), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "Names by which clients may call the API in Host and Origin, besides addresses and "
	  "localhost." },
	{ "shuttle", &conf_word, AT(shuttle), "readme", LIVE, FROM_FILE, dialects, NULL,
	  "Which shuttle the API at / behaves as: the one of its documentation, or the one of its "
	  "last releases." },
	{ .name = NULL },
};

const struct conf_section config_admin_section = {
	.name = "admin",
	.rows = admin_rows,
	.size = sizeof(struct admin_conf),
	.given = offsetof(struct admin_conf, given),
};
