/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/config_address.h"

#include "config/conf_endpoint.h"
#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/arena.h"
#include "core/text.h"

/* The field is two members of struct backend_conf that stand side by side. */
#define HOST_OFFSET (offsetof(struct backend_conf, host) - offsetof(struct backend_conf, addr))

static const char **host_of(void *field)
{
	return (const char **)(void *)((char *)field + HOST_OFFSET);
}

bool config_address_read(const struct node *node, const struct conf_place *place,
			       struct backend_conf *backend)
{
	char printed[ENDPOINT_TEXT];
	struct endpoint endpoint;

	if (!conf_endpoint_read(node, place, &endpoint))
		return false;
	backend->addr = endpoint.addr;
	backend->host = NULL;
	if (endpoint.type == ENDPOINT_ADDR)
		return true;
	backend->addr = (struct addr){ .kind = ADDR_NONE, .client_port = endpoint.client_port };
	(void)endpoint_print(&endpoint, printed, sizeof(printed));
	backend->host = arena_strdup(place->arena, printed);
	return true;
}

static bool parse(const struct node *node, const struct directive *d,
		  const struct conf_place *place, void *field)
{
	(void)d;
	return config_address_read(node, place,
					 (void *)((char *)field -
						  offsetof(struct backend_conf, addr)));
}

static void print(const void *field, const struct directive *d, struct text *out)
{
	const struct addr *addr = field;
	const char *host = *host_of((void *)(uintptr_t)field);
	char printed[ADDR_TEXT] = "";

	(void)d;
	if (addr->kind != ADDR_NONE)
		addr_print(addr, printed, sizeof(printed));
	conf_types_print_string(addr->kind == ADDR_NONE && host != NULL ? host : printed, out);
}

static void strings(void *field, const struct directive *d, const struct conf_strings *to)
{
	(void)d;
	to->each(host_of(field), to->arg);
}

const struct conf_type config_backend_address = {
	.name = "an address or a name",
	.size = HOST_OFFSET + sizeof(const char *),
	.parse = parse,
	.print = print,
	.strings = strings,
};

static bool is_name(const void *field, const struct directive *d)
{
	const void *backend = (const char *)field - d->offset;

	return ((const struct backend_conf *)backend)->host != NULL;
}

static bool parse_refresh(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	struct directive plain = *d;

	plain.type = &conf_duration;	/* hints for mistakes are by type */
	return conf_duration.parse(node, &plain, place, field);
}

static void print_refresh(const void *field, const struct directive *d, struct text *out)
{
	if (is_name(field, d))
		conf_duration.print(field, d, out);
	else
		text_puts(out, "\"\"");
}

static bool parse_gone(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	return conf_word.parse(node, d, place, field);
}

static void print_gone(const void *field, const struct directive *d, struct text *out)
{
	if (is_name(field, d))
		conf_word.print(field, d, out);
	else
		text_puts(out, "\"\"");
}

const struct conf_type config_name_refresh = {
	.name = "a duration",
	.size = sizeof(uint64_t),
	.parse = parse_refresh,
	.print = print_refresh,
};
const struct conf_type config_name_gone = {
	.name = "keep or remove",
	.size = sizeof(int),
	.parse = parse_gone,
	.print = print_gone,
};
