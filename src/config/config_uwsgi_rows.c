/* SPDX-License-Identifier: BSD-2-Clause */
/* Directives of uwsgi services; the order is the manual's and that of -T. */
#include <stddef.h>
#include <string.h>

#include "config/config_cache.h"
#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "core/text.h"
#include "core/uwsgi_key.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds parts = { 0, UWSGI_KEY_MAX };

/* As long as one that a packet may have. */
static bool parse_key(const struct node *node, const struct directive *d,
		      const struct conf_place *place, void *field)
{
	if (!conf_string.parse(node, d, place, field))
		return false;
	return node->value.len <= UWSGI_KEY_MAX ||
	       conf_types_wrong(node, d, place, "a key has at most 255 bytes");
}

const struct conf_type config_uwsgi_key = {
	.name = "a key",
	.size = sizeof(const char *),
	.parse = parse_key,
	.print = conf_types_print_text,
	.strings = conf_types_visit_text,
};

#define AT(field) offsetof(struct uwsgi_key_conf, field)

static const struct directive key_rows[] = {
	{ "lowercase", &conf_bool, AT(lowercase), "off", LIVE, FROM_API, NULL, NULL,
	  "Makes A to Z of the key small letters." },
	{ "strip_port", &conf_bool, AT(strip_port), "off", LIVE, FROM_API, NULL, NULL,
	  "Takes a port off the key: example.com:8000 is example.com." },
	{ "strip_dot", &conf_bool, AT(strip_dot), "off", LIVE, FROM_API, NULL, NULL,
	  "Takes a dot off the end of the key." },
	{ "variable", &conf_string, AT(variable), NULL, LIVE, FROM_API, NULL, NULL,
	  "The variable that has the key; without it UWSGI_FASTROUTER_KEY, else HTTP_HOST, else "
	  "SERVER_NAME." },
	{ "force", &config_uwsgi_key, AT(force), NULL, LIVE, FROM_API, NULL, NULL,
	  "The key of every request, whatever its variables are." },
	{ "mountpoints", &conf_count, AT(mountpoints), "0", LIVE, FROM_API, &parts, NULL,
	  "So many parts of PATH_INFO are appended to the key: with 1, /a/b makes "
	  "example.com/a." },
	{ .name = NULL },
};

#undef AT

static const struct conf_section key_section = {
	.name = "key",
	.rows = key_rows,
	.size = sizeof(struct uwsgi_key_conf),
	.given = offsetof(struct uwsgi_key_conf, given),
};

static const struct conf_bounds a_byte = { 0, 255 };

static bool parse_modifier(const struct node *node, const struct directive *d,
			   const struct conf_place *place, void *field)
{
	struct directive plain = *d;

	plain.type = &conf_count;	/* hints for mistakes are by type */
	plain.extra = &a_byte;
	return conf_count.parse(node, &plain, place, field);
}

static void print_modifier(const void *field, const struct directive *d, struct text *out)
{
	conf_count.print(field, d, out);
}

const struct conf_type config_modifier = {
	.name = "a number",
	.size = sizeof(uint32_t),
	.parse = parse_modifier,
	.print = print_modifier,
};

static bool add_variable(const struct node *node, const struct directive *d,
			 const struct conf_place *place, struct text *all)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.";

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	if (node->value.len == 0 || node->value.len > 64)
		return conf_types_wrong(node, d, place, "a name has 1 to 64 bytes");
	for (size_t i = 0; i < node->value.len; i++) {
		/* they are printed without quotes, and become a key of a log line */
		if (node->value.data[i] == '\0' || strchr(allowed, node->value.data[i]) == NULL)
			return conf_types_wrong(node, d, place, "write such as REQUEST_URI");
	}
	text_printf(all, "%s%.*s", all->len > 0 ? " " : "", (int)node->value.len,
		    node->value.data);
	return true;
}

static bool parse_variables(const struct node *node, const struct directive *d,
			    const struct conf_place *place, void *field)
{
	return conf_types_parse_list(node, d, place, field, add_variable);
}

static void print_variables(const void *field, const struct directive *d, struct text *out)
{
	const char *at = *(const char *const *)field;

	(void)d;
	text_putc(out, '[');
	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, " ");

		text_append(out, at, len);
		at += len + (at[len] != '\0');
		text_puts(out, *at != '\0' ? ", " : "");
	}
	text_putc(out, ']');
}

static const struct conf_type variables_type = {
	.name = "the name of a variable",
	.size = sizeof(const char *),
	.parse = parse_variables,
	.print = print_variables,
	.strings = conf_types_visit_text,
};

static const struct conf_word modifiers[] = {
	{ "node", MODIFIERS_NODE },
	{ "keep", MODIFIERS_KEEP },
	{ "inherit", MODIFIERS_INHERIT },
	{ NULL, 0 },
};

static const struct conf_word error_responses[] = {
	{ "no_route", ERROR_RESPONSE_NO_ROUTE },
	{ "all", ERROR_RESPONSE_ALL },
	{ "off", ERROR_RESPONSE_OFF },
	{ NULL, 0 },
};

#define AT(field) offsetof(struct uwsgi_conf, field)

static const struct directive uwsgi_rows[] = {
	{ "key", &conf_block, AT(key), NULL, LIVE, FROM_API, &key_section, NULL,
	  "Where the key of a uwsgi request comes from, and what is done to it." },
	{ "modifiers", &conf_word, AT(modifiers), "node", LIVE, FROM_API, modifiers, NULL,
	  "The modifiers of the packet that a node gets: node, its own; keep, the client's; "
	  "inherit, its own, or of the node that failed before." },
	{ "error_response", &conf_word, AT(error_response), "no_route", LIVE, FROM_API,
	  error_responses, NULL,
	  "Which failures a uwsgi client is told by an HTTP response: no_route, 404 for a key that "
	  "nobody knows; all, also 502, 503 and 504; off, none: the connection is closed." },
	{ "post_buffering", &conf_block, AT(body), "off", LIVE, FROM_API, &config_body_section,
	  NULL,
	  "Collects the body of a uwsgi request before a node is chosen; a size alone is short for "
	  "memory." },
	{ "fd_passing", &conf_bool, AT(fd_passing), "off", LIVE, FROM_API, NULL, NULL,
	  "Hands a uwsgi client to a node at a unix socket, with its packet, and ends the "
	  "session." },
	{ "cache_server", &conf_block, AT(cache_server), "off", LIVE, FROM_API,
	  &config_cache_server_section, NULL,
	  "The cache that uwsgi clients use by the remote cache protocol at this service; a name "
	  "alone is short for cache." },
	{ "log_vars", &variables_type, AT(log_vars), NULL, LIVE, FROM_API, NULL, NULL,
	  "Variables of a uwsgi request that its line of the access log has, too." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_uwsgi_section = {
	.name = "service",
	.rows = uwsgi_rows,
	.size = sizeof(struct uwsgi_conf),
	.given = offsetof(struct uwsgi_conf, given),
};
