/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/protocol.h"

#include <stddef.h>

#include "config/config_rows.h"
#include "core/base.h"
#include "core/log.h"

extern const struct protocol protocol_uwsgi;

/* Any stream. */
static const struct protocol protocol_tcp = { .name = "tcp" };

static const struct protocol *const protocols[] = {
	&protocol_tcp,
	&protocol_uwsgi,
};

const struct protocol *protocol_at(int row)
{
	CHECK(row >= 0 && (size_t)row < COUNT(protocols));
	return protocols[row];
}

static const char *name(size_t row, const char **aliases)
{
	*aliases = NULL;
	return row < COUNT(protocols) ? protocols[row]->name : NULL;
}

static bool is_uwsgi(int row)
{
	return protocol_at(row)->uwsgi;
}

static const struct conf_section *section(int row)
{
	/* of an object that another process has sent: any number */
	return row >= 0 && (size_t)row < COUNT(protocols) ? protocols[row]->section : NULL;
}

const struct config_protocols config_protocols = {
	.names = { .name = name, .later = "udp" },
	.section = section,
	.uwsgi = is_uwsgi,
};
