/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/node_route_kind.h"

#include "config/config_types.h"
#include "config/config_uwsgi.h"
#include "core/log.h"
#include "core/regex.h"
#include "core/route_expand.h"
#include "core/text.h"

#define MATCH_US 10000	/* of processor time for one key: an expression may be a bad one */

static bool address_by_base(const struct route_conf *conf, const struct regex *regex,
			     struct slice key, char *out)
{
	(void)regex;
	return route_expand_base(conf->base, key, out);
}

static bool address_by_pattern(const struct route_conf *conf, const struct regex *regex,
			     struct slice key, char *out)
{
	(void)regex;
	return route_expand_pattern(conf->pattern, key, out);
}

static void open_match(const struct route_conf *conf, struct regex *regex)
{
	struct text pattern;
	char why[REGEX_WHY];

	text_init(&pattern);
	text_puts(&pattern, conf->match.ignore_case ? "(?i)" : "");
	text_puts(&pattern, conf->match.regex);
	/* it has been compiled before: when the configuration was read */
	if (!regex_compile(regex, text_slice(&pattern), why))
		log_write(LEVEL_ERROR, "match %s: %s", conf->match.regex, why);
	text_close(&pattern);
}

static bool address_by_match(const struct route_conf *conf, const struct regex *regex,
			     struct slice key, char *out)
{
	static struct log_limit limit;
	struct slice groups[ROUTE_EXPAND_GROUPS];

	if (regex->code == NULL)
		return false;
	switch (regex_capture(regex, key, MATCH_US, groups, ROUTE_EXPAND_GROUPS)) {
	case REGEX_MATCHED:
		return route_expand_groups(conf->match.address, groups, out);
	case REGEX_GAVE_UP:
		if (log_limited(&limit, 1))
			log_write(LEVEL_WARN, "match %s: a key of %zu bytes takes too long",
				  conf->match.regex, key.len);
		return false;
	case REGEX_NONE:
		break;
	}
	return false;
}

#define AT(field) offsetof(struct route_conf, field)

static const struct node_route_kind kinds[] = {
	{ .value = AT(base), .address = address_by_base, .by_key = true },
	{ .value = AT(pattern), .address = address_by_pattern, .by_key = true },
	{ .value = AT(match.regex), .open = open_match, .address = address_by_match },
	{ .value = AT(nodes) },
	{ .value = AT(backends), .other = true },
	{ .value = AT(subscriptions), .source = &config_subscription_kind },
	{ .value = AT(cache), .source = &config_cache_kind },
	{ .value = AT(script.file), .script = true },
};

static const char *value_at(const struct route_conf *conf, const struct node_route_kind *kind)
{
	const void *text = (const char *)conf + kind->value;

	return *(const char *const *)text;
}

const struct node_route_kind *node_route_kind_of(const struct route_conf *conf)
{
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (value_at(conf, &kinds[i]) != NULL)
			return &kinds[i];
	}
	CHECK(false);
	return NULL;
}

const char *node_route_kind_value(const struct route_conf *conf)
{
	return value_at(conf, node_route_kind_of(conf));
}

bool node_route_kind_subscribes(const struct node_route_kind *kind)
{
	return kind->source == &config_subscription_kind;
}
