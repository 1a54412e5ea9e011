/* SPDX-License-Identifier: BSD-2-Clause */
/* `resolver`: its directives, and the type that only it has. */
#include "config/config_resolver.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/text.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds ttls = { 100, 7 * 24 * 3600 * 1000ull };
static const struct conf_bounds timeouts = { 10, 60000 };
static const struct conf_bounds tries = { 1, 10 };

/* "10.0.0.1", "fd00::1", "[fd00::1]": the port of DNS is added. false: it has one, or is none. */
static bool without_port(struct slice text, char *out, size_t size)
{
	bool bracket = text.len > 2 && text.data[0] == '[' && text.data[text.len - 1] == ']';
	char host[INET6_ADDRSTRLEN] = "";
	struct in6_addr bytes;

	if (bracket)
		text = (struct slice){ text.data + 1, text.len - 2 };
	if (text.len >= sizeof(host))
		return false;
	memcpy(host, text.data, text.len);
	if (!bracket && inet_pton(AF_INET, host, &bytes) == 1)
		snprintf(out, size, "%s:53", host);
	else if (inet_pton(AF_INET6, host, &bytes) == 1)
		snprintf(out, size, "[%s]:53", host);
	else
		return false;
	return true;
}

static bool read_server(const struct node *node, const struct conf_place *place,
			struct resolver_servers *to)
{
	char text[ADDR_TEXT], why[400];
	struct slice value = node->value;
	struct addr addr;

	if (to->count == RESOLVER_SERVERS_MAX) {
		conf_report(place, CONF_ERROR, node, "more than %d servers", RESOLVER_SERVERS_MAX);
		return false;
	}
	if (!conf_types_scalar(node, "an address", place))
		return false;
	if (without_port(value, text, sizeof(text)))
		value = slice_of(text);
	if (!addr_parse(&addr, value, ADDR_DIAL, NULL, why, sizeof(why)) || addr.client_port ||
	    (addr.kind != ADDR_INET && addr.kind != ADDR_INET6)) {
		conf_report(place, CONF_ERROR, node,
			    "\"%s\" is not the IP address of a DNS server, such as 10.0.0.53 or "
			    "10.0.0.53:5353",
			    conf_show(place->errors->arena, node->value));
		return false;
	}
	to->list[to->count++] = addr;
	return true;
}

static bool parse_servers(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	struct resolver_servers *to = field;
	bool ok = true;

	(void)d;
	memset(to, 0, sizeof(*to));
	if (node->kind != NODE_LIST)
		return node_null(node) || read_server(node, place, to);
	for (size_t i = 0; i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		ok &= read_server(node->items[i], &item, to);
	}
	return ok;
}

static void print_servers(const void *field, const struct directive *d, struct text *out)
{
	const struct resolver_servers *servers = field;
	char text[ADDR_TEXT];

	(void)d;
	text_putc(out, '[');
	for (uint32_t i = 0; i < servers->count && i < COUNT(servers->list); i++)
		text_printf(out, "%s\"%s\"", i > 0 ? ", " : "",
			    addr_print(&servers->list[i], text, sizeof(text)));
	text_putc(out, ']');
}

static const struct conf_type servers_type = {
	.name = "addresses",
	.size = sizeof(struct resolver_servers),
	.parse = parse_servers,
	.print = print_servers,
};

#define AT(field) offsetof(struct resolver_conf, field)

static const struct directive resolver_rows[] = {
	{ "servers", &servers_type, AT(servers), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "DNS servers, in this order: addresses, with a port when it is not 53; without it, those "
	  "of the system." },
	{ "min_ttl", &conf_duration, AT(min_ttl_ms), "1s", LIVE, FROM_FILE, &ttls, NULL,
	  "How long an answer is used at least, whatever it says itself." },
	{ "max_ttl", &conf_duration, AT(max_ttl_ms), "1h", LIVE, FROM_FILE, &ttls, NULL,
	  "How long an answer is used at most before the name is resolved again." },
	{ "timeout", &conf_duration, AT(timeout_ms), "2s", LIVE, FROM_FILE, &timeouts, NULL,
	  "How long one server has to answer before the next try." },
	{ "tries", &conf_count, AT(tries), "2", LIVE, FROM_FILE, &tries, NULL,
	  "How often each server is tried before a name counts as unanswered." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_resolver_section = {
	.name = "resolver",
	.rows = resolver_rows,
	.size = sizeof(struct resolver_conf),
	.given = offsetof(struct resolver_conf, given),
};
