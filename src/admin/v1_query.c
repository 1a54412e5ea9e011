/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_query.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "core/text.h"
#include "core/units.h"

#define WAIT_MOST_MS 3600000
#define VALUE_BYTES 64

static bool read_switch(const char *text, bool *on)
{
	if (strcmp(text, "1") == 0 || strcmp(text, "true") == 0)
		*on = true;
	else if (strcmp(text, "0") != 0 && strcmp(text, "false") != 0)
		return false;
	return true;
}

static bool read_dry_run(const char *text, struct v1_query *query)
{
	return read_switch(text, &query->dry_run);
}

static bool read_force(const char *text, struct v1_query *query)
{
	return read_switch(text, &query->force);
}

static bool read_wait(const char *text, struct v1_query *query)
{
	return duration_parse(slice_of(text), &query->wait_ms) && query->wait_ms <= WAIT_MOST_MS;
}

static bool read_sessions(const char *text, struct v1_query *query)
{
	query->cut = strcmp(text, "close") == 0;
	return query->cut || strcmp(text, "drain") == 0;
}

static bool read_diff(const char *text, struct v1_query *query)
{
	query->diff = true;
	return strcmp(text, "file") == 0;
}

static const struct parameter {
	const char *name;
	bool      (*read)(const char *text, struct v1_query *query);
	const char *values;
} parameters[] = {	/* in the order of enum v1_parameter */
	{ "dry_run", read_dry_run, "dry_run=1 or dry_run=0" },
	{ "wait", read_wait, "wait=30s, at most 1h" },
	{ "force", read_force, "force=1 or force=0" },
	{ "sessions", read_sessions, "sessions=close or sessions=drain" },
	{ "diff", read_diff, "diff=file" },
};

struct names {
	unsigned    taken;
	struct text unknown;
};

static bool check_name(const char *name, void *arg)
{
	struct names *n = arg;

	for (size_t i = 0; i < COUNT(parameters); i++) {
		if ((n->taken & (1U << i)) != 0 && strcmp(parameters[i].name, name) == 0)
			return true;
	}
	text_puts(&n->unknown, name);
	return false;
}

static void refuse_name(struct http_request *r, const struct names *n)
{
	struct text detail;
	const char *comma = "";

	text_init(&detail);
	text_json(&detail, text_slice(&n->unknown));
	text_puts(&detail, n->taken != 0 ? " is not one of: " : ": there are none here");
	for (size_t i = 0; i < COUNT(parameters); i++) {
		if ((n->taken & (1U << i)) == 0)
			continue;
		text_printf(&detail, "%s%s", comma, parameters[i].name);
		comma = ", ";
	}
	answer_problem(r, 400, "unknown query parameter", text_cstr(&detail));
	text_close(&detail);
}

static bool read_one(struct http_request *r, const struct parameter *p, struct v1_query *query)
{
	char value[VALUE_BYTES];
	enum http_query found = http_query(r, p->name, value, sizeof(value));

	if (found == HTTP_QUERY_ABSENT || (found == HTTP_QUERY_FOUND && p->read(value, query)))
		return true;
	answer_problem(r, 400, "bad query parameter", p->values);
	return false;
}

bool v1_query_read(struct http_request *r, unsigned taken, struct v1_query *query)
{
	struct names n = { .taken = taken };
	bool ok;

	*query = (struct v1_query){ .wait_ms = 0 };
	text_init(&n.unknown);
	ok = http_query_names(r, check_name, &n);
	if (!ok)
		refuse_name(r, &n);
	text_close(&n.unknown);
	for (size_t i = 0; i < COUNT(parameters) && ok; i++) {
		if ((taken & (1U << i)) != 0)
			ok = read_one(r, &parameters[i], query);
	}
	return ok;
}
