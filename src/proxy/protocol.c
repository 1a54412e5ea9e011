/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/protocol.h"

#include <stddef.h>

#include "config/config_rows.h"
#include "core/base.h"
#include "core/log.h"

/* Any stream. */
static const struct protocol protocol_tcp = { .name = "tcp" };

static const struct protocol *const protocols[] = {
	&protocol_tcp,
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

const struct conf_names config_protocols = { .name = name, .later = "udp uwsgi" };
