/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `shuttle`: what services get that shuttle's API creates (its globals), and the directive of the
 * same name in services and backends, which keeps what has no effect here.
 */
#include <stddef.h>

#include "config/config_parts.h"
#include "config/config_rows.h"
#include "config/config_structs.h"
#include "config/shuttle_read.h"
#include "core/arena.h"
#include "core/go_json.h"

#define LIVE APPLIES_LIVE
#define AT(field) offsetof(struct shuttle_conf, field)

static const struct directive rows[] = {
	{ "balance", &conf_row, AT(balance), "round_robin", LIVE, FROM_API,
	  &config_balancers.names, NULL, "How a backend is chosen." },
	{ "check_interval", &conf_duration, AT(check_interval_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "Time from one check of a backend to the next." },
	{ "fall", &conf_count, AT(fall), "0", LIVE, FROM_API, NULL, NULL,
	  "Checks failed in a row that take a backend down." },
	{ "rise", &conf_count, AT(rise), "0", LIVE, FROM_API, NULL, NULL,
	  "Checks passed in a row that bring a backend up." },
	{ "client_timeout", &conf_duration, AT(client_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long a client may be silent." },
	{ "server_timeout", &conf_duration, AT(server_timeout_ms), "0", LIVE, FROM_API, NULL, NULL,
	  "How long a backend may be silent." },
	{ "connect_timeout", &conf_duration, AT(connect_timeout_ms), "0", LIVE, FROM_API, NULL,
	  NULL, "How long one backend has to answer a connect." },
	{ .name = NULL },
};

#undef AT

const struct conf_section config_shuttle_section = {
	.name = "shuttle",
	.rows = rows,
	.size = sizeof(struct shuttle_conf),
	.given = offsetof(struct shuttle_conf, given),
};

static void read_shuttle(struct config_file *file, const struct object_kind *kind,
			 struct item *root, const struct node *section,
			 const struct conf_place *top)
{
	struct conf_place place = conf_place_key(top, kind->section);
	struct item *item = item_new(file, kind, section != NULL ? section : file->tree);

	item->name = kind->name;
	if (section != NULL && node_null(section))
		conf_report(&place, CONF_ERROR, section, "no value; expected a mapping");
	else
		(void)conf_bind(section, kind->conf, item->conf, &place, item->conf);
	item_append(file, root, item);
}

const struct object_kind config_shuttle_kind = {
	.name = "shuttle",
	.plural = "shuttle",
	.section = "shuttle",
	.parent = &config_settings_kind,
	.conf = &config_shuttle_section,
	.told = TOLD_CONTROL | TOLD_STATE,
	.single = true,
	.read = read_shuttle,
};

/* Fields that shuttle knows, of their types; others are for a later version to understand. */
static bool parse_text(const struct node *node, const struct directive *d,
		       const struct conf_place *place, void *field)
{
	const struct shuttle_reader in = { SHUTTLE_V01, place->arena, place->errors };
	unsigned before = place->errors != NULL ? place->errors->errors : 0;
	struct shuttle_service unused;
	char why[GO_JSON_WHY];
	struct node *tree;

	if (!conf_string.parse(node, d, place, field))
		return false;
	if (*(const char *const *)field == NULL)
		return true;
	tree = go_json_read(node->value, place->arena, why);
	if (tree == NULL || tree->kind != NODE_MAP) {
		conf_report(place, CONF_ERROR, node, "expected a JSON object in quotes%s%s",
			    tree == NULL ? ": " : "", tree == NULL ? why : "");
		return false;
	}
	return shuttle_read_service(&in, tree, &unused) || place->errors->errors == before;
}

static void print_text(const void *field, const struct directive *d, struct text *out)
{
	conf_string.print(field, d, out);
}

static void strings_of(void *field, const struct directive *d, const struct conf_strings *to)
{
	conf_string.strings(field, d, to);
}

const struct conf_type config_shuttle_text = {
	.name = "JSON in quotes",
	.size = sizeof(const char *),
	.parse = parse_text,
	.print = print_text,
	.strings = strings_of,
};
