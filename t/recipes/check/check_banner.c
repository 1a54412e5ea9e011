/* SPDX-License-Identifier: BSD-2-Clause */
/* A check that reads a line and compares it with what its own directive expects. */
#include <errno.h>
#include <string.h>

#include "admin/check_kind.h"
#include "admin/probe.h"
#include "config/conf_types.h"

struct banner_conf {
	uint64_t    given;
	const char *expect;
};

static const struct directive rows[] = {
	{ "expect", &conf_string, offsetof(struct banner_conf, expect), NULL, APPLIES_LIVE,
	  FROM_API, NULL, NULL, "The line." },
	{ .name = NULL },
};

static const struct conf_section section = {
	.name = "check",
	.rows = rows,
	.size = sizeof(struct banner_conf),
	.given = offsetof(struct banner_conf, given),
};

static void connected(struct probe *p)
{
	event_want(&p->conn.event, EVENT_READ);
}

static void compare(struct probe *p)
{
	const struct banner_conf *conf = p->conf;

	p->bytes[p->count] = '\0';
	if (conf->expect != NULL && strcmp(p->bytes, conf->expect) == 0)
		probe_pass(p);
	else
		probe_fail(p, "got \"%s\", wanted \"%s\"", p->bytes,
			   conf->expect != NULL ? conf->expect : "");
}

static void ready(struct probe *p, unsigned ready)
{
	size_t got = 0;
	enum io io = conn_read(&p->conn, p->bytes + p->count, sizeof(p->bytes) - 1 - p->count,
			       &got);
	char *end;

	(void)ready;
	if (io == IO_AGAIN)
		return;
	if (io == IO_ERROR) {
		probe_fail_error(p, errno);
		return;
	}
	p->count += (uint32_t)got;
	end = memchr(p->bytes, '\n', p->count);
	if (end == NULL && io == IO_OK && p->count < sizeof(p->bytes) - 1)
		return;
	if (end != NULL)
		p->count = (uint32_t)(end - p->bytes);
	compare(p);
}

extern const struct check_kind check_banner;

const struct check_kind check_banner = {
	.name = "banner",
	.section = &section,
	.connected = connected,
	.ready = ready,
};
