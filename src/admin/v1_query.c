/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_query.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/http.h"
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
} parameters[] = {
	{ "dry_run", read_dry_run, "dry_run=1 or dry_run=0" },
	{ "wait", read_wait, "wait=30s, at most 1h" },
	{ "force", read_force, "force=1 or force=0" },
	{ "sessions", read_sessions, "sessions=close or sessions=drain" },
	{ "diff", read_diff, "diff=file" },
};

static bool read_one(struct http_request *r, const struct parameter *p, struct v1_query *query)
{
	char value[VALUE_BYTES];
	enum http_query found = http_query(r, p->name, value, sizeof(value));

	if (found == HTTP_QUERY_ABSENT || (found == HTTP_QUERY_FOUND && p->read(value, query)))
		return true;
	answer_problem(r, 400, "bad query parameter", p->values);
	return false;
}

bool v1_query_read(struct http_request *r, struct v1_query *query)
{
	bool ok = true;

	*query = (struct v1_query){ .wait_ms = 0 };
	for (size_t i = 0; i < COUNT(parameters) && ok; i++)
		ok = read_one(r, &parameters[i], query);
	return ok;
}
