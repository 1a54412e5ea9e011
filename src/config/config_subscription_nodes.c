/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nodes of a key that the configuration names: an address, a mapping, or a list of both. The
 * field is a text with a line for each: weight, both modifiers, level, address.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_subscription.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/pool.h"
#include "core/text.h"

struct one {	/* while it is read */
	uint64_t    given;
	struct addr addr;
	uint32_t    weight, modifier1, modifier2, backup;
};

#define AT(field) offsetof(struct one, field)

static bool parse_address(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	struct addr *addr = field;

	if (!config_types_read_address(node, false, place, addr))
		return false;
	if (!addr->client_port && addr->kind != ADDR_FD)
		return true;
	addr->kind = ADDR_NONE;
	return conf_types_wrong(node, d, place, "a node needs an address with a port of its own");
}

static void print_address(const void *field, const struct directive *d, struct text *out)
{
	char buf[ADDR_TEXT];

	(void)d;
	conf_types_print_string(addr_print(field, buf, sizeof(buf)), out);
}

static const struct conf_type address_type = {
	.name = "an address",
	.size = sizeof(struct addr),
	.parse = parse_address,
	.print = print_address,
};
static const struct conf_bounds bytes = { 0, 255 };
static const struct conf_bounds weights = { 1, POOL_WEIGHT_MAX };

static const struct directive node_rows[] = {
	{ "address", &address_type, AT(addr), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "Where the node is: host:port, [v6]:port, unix:/path or @abstract." },
	{ "weight", &conf_count, AT(weight), "1", APPLIES_LIVE, FROM_API, &weights, NULL,
	  "Its share of the requests." },
	{ "modifier1", &conf_count, AT(modifier1), "0", APPLIES_LIVE, FROM_API, &bytes, NULL,
	  "The first modifier of the packets that it gets." },
	{ "modifier2", &conf_count, AT(modifier2), "0", APPLIES_LIVE, FROM_API, &bytes, NULL,
	  "The second modifier of the packets that it gets." },
	{ "backup", &conf_count, AT(backup), "0", APPLIES_LIVE, FROM_API, &bytes, NULL,
	  "Its level: nodes of a higher one are used while no node of a lower one can be." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_subscription_node_section = {
	.name = "subscription_node",
	.rows = node_rows,
	.size = sizeof(struct one),
	.given = offsetof(struct one, given),
};

static bool read_one(const struct node *node, const struct conf_place *place, struct one *one)
{
	const struct conf_section *section = &config_subscription_node_section;

	if (node->kind == NODE_SCALAR && !node_null(node)) {
		(void)conf_bind(NULL, section, NULL, place, one);
		conf_set_given(one, section, &node_rows[0]);
		return parse_address(node, &node_rows[0], place, &one->addr);
	}
	if (node->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected an address or a mapping, not %s",
			    node_kind_name(node));
		return false;
	}
	if (!conf_bind(node, section, NULL, place, one))
		return false;
	if (one->addr.kind == ADDR_NONE)
		conf_report(place, CONF_ERROR, node, "no address");
	return one->addr.kind != ADDR_NONE;
}

/* Whether a line has that address already. */
static bool is_there(const struct text *lines, const char *address)
{
	const char *at = lines->len != 0 ? lines->data : NULL;
	struct subscription_static before;

	while (config_subscription_next(&at, &before)) {
		if (slice_is(before.address, address))
			return true;
	}
	return false;
}

static bool add(const struct node *node, const struct conf_place *place, struct text *lines)
{
	char address[ADDR_TEXT];
	struct one one;

	if (!read_one(node, place, &one))
		return false;
	addr_print(&one.addr, address, sizeof(address));
	if (is_there(lines, address)) {
		conf_report(place, CONF_ERROR, node, "%s is there already", address);
		return false;
	}
	text_printf(lines, "%u %u %u %u %s\n", one.weight, one.modifier1, one.modifier2,
		    one.backup, address);
	(void)text_cstr(lines);
	return true;
}

static bool parse(const struct node *node, const struct directive *d,
		  const struct conf_place *place, void *field)
{
	struct text lines;
	bool ok = true;

	(void)d;
	text_init(&lines);
	if (node->kind != NODE_LIST && !node_null(node))
		ok = add(node, place, &lines);
	for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++) {
		struct conf_place item = conf_place_item(place, i);

		ok = add(node->items[i], &item, &lines) && ok;
	}
	*(const char **)field = lines.len > 0 ? arena_strdup(place->arena, text_cstr(&lines))
					      : NULL;
	text_close(&lines);
	return ok;
}

bool config_subscription_next(const char **at, struct subscription_static *n)
{
	unsigned weight, modifier1, modifier2, backup;
	const char *end = *at != NULL ? strchr(*at, '\n') : NULL;
	int front = 0;

	if (end == NULL || sscanf(*at, "%u %u %u %u %n", &weight, &modifier1, &modifier2, &backup,
				  &front) != 4)
		return false;
	*n = (struct subscription_static){
		.address = { *at + front, (size_t)(end - *at - front) },
		.weight = (uint16_t)weight, .modifier1 = (uint8_t)modifier1,
		.modifier2 = (uint8_t)modifier2, .backup = (uint8_t)backup,
	};
	*at = end + 1;
	return true;
}

static void print_one(const struct subscription_static *n, struct text *out)
{
	bool alone = n->weight == 1 && n->modifier1 == 0 && n->modifier2 == 0 && n->backup == 0;

	text_puts(out, alone ? "" : "{address: ");
	text_json(out, n->address);
	if (n->weight != 1)
		text_printf(out, ", weight: %u", n->weight);
	if (n->modifier1 != 0)
		text_printf(out, ", modifier1: %u", n->modifier1);
	if (n->modifier2 != 0)
		text_printf(out, ", modifier2: %u", n->modifier2);
	if (n->backup != 0)
		text_printf(out, ", backup: %u", n->backup);
	text_puts(out, alone ? "" : "}");
}

static void print(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field, *comma = "";
	struct subscription_static n;

	(void)d;
	text_putc(out, '[');
	while (config_subscription_next(&at, &n)) {
		text_puts(out, comma);
		print_one(&n, out);
		comma = ", ";
	}
	text_putc(out, ']');
}

const struct conf_type config_subscription_nodes = {
	.name = "a list of nodes",
	.size = sizeof(char *),
	.parse = parse,
	.print = print,
	.strings = conf_types_visit_text,
};
