/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses, log targets, workers and reasons as types of directives. */
#include "config/config_types.h"

#include <string.h>
#include <syslog.h>

#include "config/config_structs.h"
#include "core/arena.h"
#include "core/reason.h"
#include "core/text.h"
#include "core/units.h"

static const struct conf_word facilities[] = {
	{ "daemon", LOG_DAEMON }, { "user", LOG_USER },     { "local0", LOG_LOCAL0 },
	{ "local1", LOG_LOCAL1 }, { "local2", LOG_LOCAL2 }, { "local3", LOG_LOCAL3 },
	{ "local4", LOG_LOCAL4 }, { "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 },
	{ "local7", LOG_LOCAL7 }, { "mail", LOG_MAIL },     { "news", LOG_NEWS },
	{ "auth", LOG_AUTH },     { "cron", LOG_CRON },     { NULL, 0 },
};

bool config_types_read_address(const struct node *node, bool listen, const struct conf_place *place,
			       struct addr *addr)
{
	struct slice text = node->value;
	char why[400];

	if (!conf_types_scalar(node, "an address", place))
		return false;
	if (!conf_types_unix(node, place, &text))
		return false;
	if (addr_parse(addr, text, listen ? ADDR_LISTEN : ADDR_DIAL, NULL, why, sizeof(why)))
		return true;
	conf_report(place, CONF_ERROR, node, "%s", why)->got =
		conf_show(place->errors->arena, node->value);
	return false;
}

static bool parse_listen(const struct node *node, const struct directive *d,
			 const struct conf_place *place, void *field)
{
	(void)d;
	return config_types_read_address(node, true, place, field);
}

static void print_address(const void *field, const struct directive *d, struct text *out)
{
	const struct addr *addr = field;
	char printed[ADDR_TEXT] = "";

	(void)d;
	if (addr->kind != ADDR_NONE)
		addr_print(addr, printed, sizeof(printed));
	conf_types_print_string(printed, out);
}

/* The field is three members of struct backend_conf that stand side by side. */
#define UNCHECKED_OFFSET \
	(offsetof(struct backend_conf, unchecked) - offsetof(struct backend_conf, check_addr))
#define PORT_OFFSET \
	(offsetof(struct backend_conf, check_port) - offsetof(struct backend_conf, check_addr))

/* off, on. false: it is another word, or none. */
static bool parse_check_switch(const struct node *node, void *field)
{
	bool on;

	if (node->kind != NODE_SCALAR || !bool_parse(node->value, &on))
		return false;
	*(bool *)((char *)field + UNCHECKED_OFFSET) = !on;
	return true;
}

/* {port: 81}, {address: "10.0.0.9:81"}: another place than the backend itself. */
static bool parse_check(const struct node *node, const struct directive *d,
			const struct conf_place *place, void *field)
{
	static const char expected[] = "a mapping with port or address, or off";
	struct addr *addr = field;
	bool ok = true;

	(void)d;
	if (parse_check_switch(node, field))
		return true;
	if (node->kind != NODE_MAP || node->count == 0) {
		conf_report(place, CONF_ERROR, node, "expected %s, not %s", expected,
			    node_kind_name(node));
		return false;
	}
	for (size_t i = 0; i < node->count; i++) {
		struct conf_place key = conf_place_key(place, node->keys[i]->value.data);
		const struct node *value = node->items[i];
		uint64_t port;

		if (i > 0) {
			conf_report(&key, CONF_ERROR, node->keys[i],
				    "expected port or address alone");
			ok = false;
		} else if (slice_is(node->keys[i]->value, "address")) {
			ok = config_types_read_address(value, false, &key, addr);
		} else if (!slice_is(node->keys[i]->value, "port")) {
			conf_report(&key, CONF_ERROR, node->keys[i],
				    "unknown key; the check of one backend has port or address");
			ok = false;
		} else if (value->kind != NODE_SCALAR || !number_parse(value->value, &port) ||
			   port == 0 || port > 65535) {
			conf_report(&key, CONF_ERROR, value, "write a number from 1 to 65535");
			ok = false;
		} else {
			*addr = (struct addr){ .port_last = (uint16_t)port };
			*(bool *)((char *)field + PORT_OFFSET) = true;
		}
	}
	return ok;
}

static void print_check(const void *field, const struct directive *d, struct text *out)
{
	const struct addr *addr = field;

	if (addr->kind == ADDR_NONE && addr->port_last != 0) {
		text_printf(out, "{port: %u}", (unsigned)addr->port_last);
		return;
	}
	if (addr->kind == ADDR_NONE) {
		bool off = *(const bool *)((const char *)field + UNCHECKED_OFFSET);

		text_puts(out, off ? "off" : "on");
		return;
	}
	if (*(const bool *)((const char *)field + PORT_OFFSET)) {
		text_printf(out, "{port: %d}", addr_port(addr));
		return;
	}
	text_puts(out, "{address: ");
	print_address(addr, d, out);
	text_putc(out, '}');
}

static bool read_syslog(const struct node *node, const struct conf_place *place,
			struct log_target *target)
{
	struct node facility = *node;

	target->to = LOG_TO_SYSLOG;
	target->facility = LOG_DAEMON;
	if (node->value.len == strlen("syslog"))
		return true;
	facility.value.data += strlen("syslog:");
	facility.value.len -= strlen("syslog:");
	return conf_words_find(&facility, facilities, place, &target->facility);
}

bool config_types_read_log_target(const struct node *node, const struct conf_place *place,
				  struct log_target *target)
{
	static const char expected[] = "a path, stderr, syslog, syslog:FACILITY or off";
	bool on;

	*target = (struct log_target){ .to = LOG_TO_NONE };
	if (!conf_types_scalar(node, expected, place))
		return false;
	const struct slice value = node->value;

	if (slice_is(value, "none") || (bool_parse(value, &on) && !on))
		return true;
	if (slice_is(value, "syslog") || strncmp(value.data, "syslog:", 7) == 0)
		return read_syslog(node, place, target);
	target->to = slice_is(value, "stderr") ? LOG_TO_STDERR : LOG_TO_FILE;
	if (target->to == LOG_TO_STDERR)
		return true;
	if (strchr(value.data, '/') == NULL || value.data[value.len - 1] == '/') {
		/* A mistyped word must not become a file of that name. */
		const char *got = conf_show(place->errors->arena, value);

		target->to = LOG_TO_NONE;
		conf_report(place, CONF_ERROR, node,
			    "\"%s\" is not %s; a file in this folder is ./NAME", got, expected)
			->got = got;
		return false;
	}
	size_t here = strncmp(value.data, "./", 2) == 0 ? 2 : 0;

	target->path = conf_types_absolute(node, slice_after(value, here), place->arena);
	return true;
}

static bool parse_log_target(const struct node *node, const struct directive *d,
			     const struct conf_place *place, void *field)
{
	(void)d;
	return config_types_read_log_target(node, place, field);
}

static void print_log_target(const void *field, const struct directive *d, struct text *out)
{
	const struct log_target *target = field;

	(void)d;
	if (target->to == LOG_TO_NONE)
		text_puts(out, "off");
	else if (target->to == LOG_TO_STDERR)
		text_puts(out, "stderr");
	else if (target->to == LOG_TO_SYSLOG)
		text_printf(out, "syslog:%s", conf_words_name(facilities, target->facility));
	else
		conf_types_print_string(target->path, out);
}

#define WORKERS_MAX 1024

/* The field is two members of struct settings that stand side by side. */
#define AUTO_OFFSET (offsetof(struct settings, workers_auto) - offsetof(struct settings, workers))

static bool parse_workers(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	bool *automatic = (bool *)((char *)field + AUTO_OFFSET);
	uint64_t value;

	if (!conf_types_scalar(node, d->type->name, place))
		return false;
	*automatic = slice_is(node->value, "auto");
	/* Counted when the whole is loaded: defaults are read in every process. */
	if (*automatic)
		return true;
	if (!number_parse(node->value, &value) || value == 0 || value > WORKERS_MAX) {
		const char *got = conf_show(place->errors->arena, node->value);

		conf_report(place, CONF_ERROR, node,
			    "%s is not a number of workers; write auto, or "
			    "1 to %d",
			    got, WORKERS_MAX)
			->got = got;
		return false;
	}
	*(uint32_t *)field = (uint32_t)value;
	return true;
}

static void print_workers(const void *field, const struct directive *d, struct text *out)
{
	const uint32_t *workers = field;

	(void)d;
	if (*(const bool *)((const char *)field + AUTO_OFFSET))
		text_puts(out, "auto");
	else
		text_printf(out, "%u", (unsigned)*workers);
}

static void reason_words(struct conf_word words[REASON_COUNT + 1])
{
	for (int i = 0; i < REASON_COUNT; i++)
		words[i] = (struct conf_word){ reasons[i].name, i };
	words[REASON_COUNT] = (struct conf_word){ NULL, 0 };
}

static bool parse_reasons(const struct node *node, const struct directive *d,
			  const struct conf_place *place, void *field)
{
	struct conf_word words[REASON_COUNT + 1];
	struct directive with_words = *d;

	reason_words(words);
	with_words.extra = words;
	return conf_words.parse(node, &with_words, place, field);
}

static void print_reasons(const void *field, const struct directive *d, struct text *out)
{
	struct conf_word words[REASON_COUNT + 1];
	struct directive with_words = *d;

	reason_words(words);
	with_words.extra = words;
	conf_words.print(field, &with_words, out);
}

static void path_of_target(void *field, const struct directive *d, const struct conf_strings *to)
{
	(void)d;
	to->each(&((struct log_target *)field)->path, to->arg);
}

const struct conf_type config_listen_address = {
	.name = "an address",
	.size = sizeof(struct addr),
	.parse = parse_listen,
	.print = print_address,
};
const struct conf_type config_check_address = {
	.name = "a mapping or off",
	.size = PORT_OFFSET + sizeof(bool),
	.alternatives = true,
	.parse = parse_check,
	.print = print_check,
};
const struct conf_type config_log_target = {
	.name = "a log target",
	.size = sizeof(struct log_target),
	.parse = parse_log_target,
	.print = print_log_target,
	.strings = path_of_target,
};
const struct conf_type config_workers = {
	.name = "a number or auto",
	.size = AUTO_OFFSET + sizeof(bool),
	.parse = parse_workers,
	.print = print_workers,
};
const struct conf_type config_reasons = {
	.name = "a list of reasons",
	.size = sizeof(uint64_t),
	.parse = parse_reasons,
	.print = print_reasons,
};
