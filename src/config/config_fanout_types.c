/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of directives of fan-outs: addresses of datagrams, targets, networks. */
#include <string.h>

#include "config/conf_endpoint.h"
#include "config/config_fanout.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/network.h"
#include "core/text.h"

static bool parse_datagram(const struct node *node, const struct directive *d,
			   const struct conf_place *place, void *field)
{
	struct addr *addr = field;

	(void)d;
	if (!config_types_read_address(node, true, place, addr))
		return false;
	if (addr->kind != ADDR_FD) {
		addr->datagram = true;
		return true;
	}
	addr->kind = ADDR_NONE;
	conf_report(place, CONF_ERROR, node,
		    "inherited descriptors are for services; write an address");
	return false;
}

/* Without the "/udp" of messages: nothing else can be meant here. */
static const char *plain(const struct addr *addr, char buf[ADDR_TEXT])
{
	struct addr shown = *addr;

	shown.datagram = false;
	return addr_print(&shown, buf, ADDR_TEXT);
}

static void print_datagram(const void *field, const struct directive *d, struct text *out)
{
	const struct addr *addr = field;
	char buf[ADDR_TEXT] = "";

	(void)d;
	conf_types_print_string(addr->kind != ADDR_NONE ? plain(addr, buf) : "", out);
}

static bool parse_target(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	struct endpoint *e = field;

	if (!conf_endpoint_read(node, place, e))
		return false;
	if (e->client_port || (e->type == ENDPOINT_ADDR && e->addr.client_port))
		return conf_types_wrong(node, d, place, "a target needs a port of its own, not *");
	e->addr.datagram = e->type == ENDPOINT_ADDR;
	return true;
}

static void print_target(const void *field, const struct directive *d, struct text *out)
{
	struct endpoint shown = *(const struct endpoint *)field;

	shown.addr.datagram = false;
	conf_endpoint.print(&shown, d, out);
}

static void strings_of_target(void *field, const struct directive *d,
			      const struct conf_strings *to)
{
	conf_endpoint.strings(field, d, to);
}

/* "1/3" says the same as 3. */
static bool parse_sample(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	struct directive plain = *d;
	struct node number = *node;

	plain.type = &conf_count;	/* hints for mistakes are by type */
	if (node->kind == NODE_SCALAR && slice_starts(node->value, "1/")) {
		number.value = slice_after(node->value, 2);
		number.quoted = false;	/* JSON has it in quotes */
	}
	return conf_count.parse(&number, &plain, place, field);
}

static void print_sample(const void *field, const struct directive *d, struct text *out)
{
	conf_count.print(field, d, out);
}

static bool add_network(const struct node *node, const struct directive *d,
			const struct conf_place *place, struct text *all)
{
	struct network network;
	char buf[NETWORK_TEXT];

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (!network_parse(node->value, &network))
		return conf_types_wrong(node, d, place, "write such as 10.0.0.0/8 or fd00::/8");
	text_printf(all, "%s%s", all->len > 0 ? " " : "", network_print(&network, buf));
	return true;
}

static bool add_target(const struct node *node, const struct directive *d,
		       const struct conf_place *place, struct text *all)
{
	struct endpoint e;
	char buf[ENDPOINT_TEXT];

	if (!parse_target(node, d, place, &e))
		return false;
	if (memchr(node->value.data, ' ', node->value.len) != NULL)
		return conf_types_wrong(node, d, place, "an address here has no blanks");
	text_printf(all, "%s%s", all->len > 0 ? " " : "",
		    config_fanout_name(&e, buf, sizeof(buf)));
	return true;
}

static bool parse_networks(const struct node *node, const struct directive *d,
			   const struct conf_place *place, void *field)
{
	return conf_types_parse_list(node, d, place, field, add_network);
}

static bool parse_targets(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	return conf_types_parse_list(node, d, place, field, add_target);
}

static void print_list(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field;

	(void)d;
	text_putc(out, '[');
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, " ");

		text_printf(out, "\"%.*s\"", (int)len, at);
		at += len + strspn(at + len, " ");
		text_puts(out, *at != '\0' ? ", " : "");
	}
	text_putc(out, ']');
}

const char *config_fanout_name(const struct endpoint *endpoint, char *buf, size_t size)
{
	struct endpoint shown = *endpoint;

	shown.addr.datagram = false;
	(void)endpoint_print(&shown, buf, size);
	return buf;
}

bool config_fanout_is_group(const struct addr *addr)
{
	if (addr->kind == ADDR_INET)
		return IN_MULTICAST(ntohl(addr->u.in.sin_addr.s_addr));
	return addr->kind == ADDR_INET6 && IN6_IS_ADDR_MULTICAST(&addr->u.in6.sin6_addr);
}

const struct conf_type config_datagram_address = {
	.name = "an address",
	.size = sizeof(struct addr),
	.parse = parse_datagram,
	.print = print_datagram,
};
const struct conf_type config_target_address = {
	.name = "an address or a name",
	.size = sizeof(struct endpoint),
	.parse = parse_target,
	.print = print_target,
	.strings = strings_of_target,
};
const struct conf_type config_networks = {
	.name = "a list of networks",
	.size = sizeof(char *),
	.parse = parse_networks,
	.print = print_list,
	.strings = conf_types_visit_text,
};
const struct conf_type config_targets = {
	.name = "a list of addresses",
	.size = sizeof(char *),
	.parse = parse_targets,
	.print = print_list,
	.strings = conf_types_visit_text,
};
const struct conf_type config_sample = {
	.name = "a number",
	.size = sizeof(uint32_t),
	.parse = parse_sample,
	.print = print_sample,
};
