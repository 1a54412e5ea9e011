/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks inside services and settings: passive, check, keepalive, log,
 * access_log. One row per directive; the order is the manual's and that of -T.
 */
#include <string.h>

#include "config/config_rows.h"
#include "config/config_structs.h"
#include "config/config_types.h"
#include "core/units.h"

#define LIVE APPLIES_LIVE

static const struct conf_bounds positive = { 1, UINT32_MAX };
static const struct conf_bounds some_time = { 1, UINT64_MAX };
static const struct conf_bounds seconds = { 1000, 32767000 }; /* as far as the kernel counts */
static const struct conf_bounds probes = { 1, 127 };

/* off, on: for blocks that have a switch. false: it is another word. */
static bool read_switch(const struct node *node, bool *on)
{
	return node->kind == NODE_SCALAR && bool_parse(node->value, on);
}

static bool report_switch(const struct node *node, const struct conf_place *place)
{
	conf_report(place, CONF_ERROR, node, "\"%s\" is neither a mapping nor on or off",
		    conf_show(place->arena, node->value));
	return false;
}

static const struct conf_word passive_initials[] = {
	{ "up", INITIAL_UP },
	{ "check", INITIAL_CHECK },
	{ NULL, 0 },
};

static const struct directive passive_rows[] = {
	{ "failures", &conf_count, offsetof(struct passive_conf, failures), "1", LIVE, FROM_API,
	  &positive, NULL, "Failed connects in a row after which a backend is marked down." },
	{ "retry", &conf_duration, offsetof(struct passive_conf, retry_ms), "30s", LIVE, FROM_API,
	  &some_time, NULL, "How often a backend that is marked down is probed." },
	{ "initial", &conf_word, offsetof(struct passive_conf, initial), "up", LIVE, FROM_API,
	  passive_initials, NULL,
	  "What backends are at start: up, or check: each is probed once first." },
	{ .name = NULL },
};

static bool passive_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	struct passive_conf *passive = conf;

	return read_switch(node, &passive->on) || report_switch(node, place);
}

static void passive_mapping(void *conf)
{
	((struct passive_conf *)conf)->on = true;
}

static const char *passive_shorthand(const void *conf)
{
	return ((const struct passive_conf *)conf)->on ? NULL : "off";
}

const struct conf_section config_passive_section = {
	.name = "passive",
	.rows = passive_rows,
	.size = sizeof(struct passive_conf),
	.given = offsetof(struct passive_conf, given),
	.scalar = passive_scalar,
	.mapping = passive_mapping,
	.shorthand = passive_shorthand,
};

static const struct conf_word check_initials[] = {
	{ "auto", INITIAL_AUTO },   { "up", INITIAL_UP }, { "down", INITIAL_DOWN },
	{ "check", INITIAL_CHECK }, { NULL, 0 },
};

static const struct directive check_rows[] = {
	{ "type", &conf_row, offsetof(struct check_conf, type), "tcp", LIVE, FROM_API,
	  &config_checks.names, NULL,
	  "What a check does: tcp connects and closes, http sends a request, expect sends bytes "
	  "and waits for bytes, uwsgi sends a request of the uwsgi protocol." },
	{ "interval", &conf_duration, offsetof(struct check_conf, interval_ms), "5s", LIVE,
	  FROM_API, &some_time, NULL, "Time from one check of a backend to the next." },
	{ "timeout", &conf_duration, offsetof(struct check_conf, timeout_ms), "0", LIVE, FROM_API,
	  NULL, NULL, "How long a check may take; 0: as long as connect_timeout." },
	{ "rise", &conf_count, offsetof(struct check_conf, rise), "2", LIVE, FROM_API, &positive,
	  NULL, "Checks passed in a row that bring a backend up." },
	{ "fall", &conf_count, offsetof(struct check_conf, fall), "3", LIVE, FROM_API, &positive,
	  NULL, "Checks failed in a row that take a backend down." },
	{ "initial", &conf_word, offsetof(struct check_conf, initial), "auto", LIVE, FROM_API,
	  check_initials, NULL,
	  "What a backend is before its first check: up, down, check (used once it has passed "
	  "one), or auto: at start what the state file says, else up; check when it is added to a "
	  "running service." },
	{ .name = NULL },
};

static bool check_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	struct check_conf *check = conf;

	if (read_switch(node, &check->on))
		return true;
	check->on = true;
	return conf_row.parse(node, conf_find(&config_check_section, "type"), place, &check->type);
}

static void check_mapping(void *conf)
{
	((struct check_conf *)conf)->on = true;
}

static const char *check_shorthand(const void *conf)
{
	return ((const struct check_conf *)conf)->on ? NULL : "off";
}

static const struct conf_section *check_own(const void *conf)
{
	return config_checks.section(((const struct check_conf *)conf)->type);
}

const struct conf_section config_check_section = {
	.name = "check",
	.rows = check_rows,
	.size = sizeof(struct check_conf),
	.given = offsetof(struct check_conf, given),
	.scalar = check_scalar,
	.scalar_row = "type",
	.mapping = check_mapping,
	.shorthand = check_shorthand,
	.own = check_own,
	.own_at = offsetof(struct check_conf, own),
};

static const struct directive keepalive_rows[] = {
	{ "idle", &conf_duration, offsetof(struct keepalive_conf, idle_ms), "60s", LIVE, FROM_API,
	  &seconds, NULL, "Silence after which the kernel asks whether a peer is still there." },
	{ "interval", &conf_duration, offsetof(struct keepalive_conf, interval_ms), "10s", LIVE,
	  FROM_API, &seconds, NULL, "Time between its questions." },
	{ "count", &conf_count, offsetof(struct keepalive_conf, count), "3", LIVE, FROM_API,
	  &probes, NULL, "Unanswered questions after which the connection is given up." },
	{ .name = NULL },
};

static bool keepalive_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	struct keepalive_conf *keepalive = conf;

	return read_switch(node, &keepalive->on) || report_switch(node, place);
}

static void keepalive_mapping(void *conf)
{
	((struct keepalive_conf *)conf)->on = true;
}

static const char *keepalive_shorthand(const void *conf)
{
	return ((const struct keepalive_conf *)conf)->on ? NULL : "off";
}

const struct conf_section config_keepalive_section = {
	.name = "keepalive",
	.rows = keepalive_rows,
	.size = sizeof(struct keepalive_conf),
	.given = offsetof(struct keepalive_conf, given),
	.scalar = keepalive_scalar,
	.mapping = keepalive_mapping,
	.shorthand = keepalive_shorthand,
};

static const struct conf_word levels[] = {
	{ "alert", LEVEL_ALERT },  { "error", LEVEL_ERROR },
	{ "warn", LEVEL_WARN },    { "notice", LEVEL_NOTICE },
	{ "info", LEVEL_INFO },    { "debug", LEVEL_DEBUG },
	{ "warning", LEVEL_WARN }, { NULL, 0 },
};

static const struct conf_word log_formats[] = {
	{ "text", LOG_TEXT },
	{ "json", LOG_JSON },
	{ "classic", LOG_CLASSIC },
	{ NULL, 0 },
};

static const struct directive log_rows[] = {
	{ "to", &config_log_target, offsetof(struct log_conf, to), "stderr", LIVE, FROM_FILE, NULL,
	  NULL, "Where the error log goes: stderr, a path, syslog, syslog:FACILITY, or off." },
	{ "level", &conf_word, offsetof(struct log_conf, level), "info", LIVE, FROM_FILE, levels,
	  NULL, "The least important lines that are written." },
	{ "format", &conf_word, offsetof(struct log_conf, format), "text", LIVE, FROM_FILE,
	  log_formats, NULL, "How they look: text, json, or classic as the Go programs wrote it." },
	{ "stats", &conf_duration, offsetof(struct log_conf, stats_ms), "15m", LIVE, FROM_FILE,
	  NULL, NULL, "How often a STATS line is written for each backend; 0: never." },
	{ .name = NULL },
};

static bool log_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	return config_types_read_log_target(node, place, &((struct log_conf *)conf)->to);
}

const struct conf_section config_log_section = {
	.name = "log",
	.rows = log_rows,
	.size = sizeof(struct log_conf),
	.given = offsetof(struct log_conf, given),
	.scalar = log_scalar,
	.scalar_row = "to",
};

static const struct conf_word access_formats[] = {
	{ "text", LOG_TEXT },
	{ "json", LOG_JSON },
	{ NULL, 0 },
};

static const struct conf_word access_events[] = { { "start", 0 }, { "end", 1 }, { NULL, 0 } };

static const struct directive access_log_rows[] = {
	{ "to", &config_log_target, offsetof(struct access_log_conf, to), "off", LIVE, FROM_FILE,
	  NULL, NULL,
	  "Where a line for each session goes: a path, stderr, syslog, syslog:FACILITY, or off." },
	{ "format", &conf_word, offsetof(struct access_log_conf, format), "text", LIVE, FROM_FILE,
	  access_formats, NULL, "How the lines look: text or json." },
	{ "events", &conf_words, offsetof(struct access_log_conf, events), "end", LIVE, FROM_FILE,
	  access_events, NULL, "When a line is written: at the start of a session, at its end." },
	{ "skip", &config_reasons, offsetof(struct access_log_conf, skip), NULL, LIVE, FROM_FILE,
	  NULL, NULL, "Sessions that ended for these reasons get no line." },
	{ "sample", &conf_count, offsetof(struct access_log_conf, sample), "1", LIVE, FROM_FILE,
	  &positive, NULL, "One session in so many gets a line." },
	{ .name = NULL },
};

static bool access_log_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	return config_types_read_log_target(node, place, &((struct access_log_conf *)conf)->to);
}

const struct conf_section config_access_log_section = {
	.name = "access_log",
	.rows = access_log_rows,
	.size = sizeof(struct access_log_conf),
	.given = offsetof(struct access_log_conf, given),
	.scalar = access_log_scalar,
	.scalar_row = "to",
};
