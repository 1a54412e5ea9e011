/* SPDX-License-Identifier: BSD-2-Clause */
/* The kinds of checks. A new one is a file and a row here. */
#include "admin/check_kind.h"
#include "config/config_rows.h"
#include "config/config_structs.h"
#include "core/base.h"
#include "core/log.h"

extern const struct check_kind check_tcp;
extern const struct check_kind check_http, check_expect, check_uwsgi;

static const struct check_kind *const kinds[] = {
	&check_tcp,
	&check_http,
	&check_expect,
	&check_uwsgi,
};

const struct check_kind *check_kind_at(int row)
{
	CHECK(row >= 0 && (size_t)row < COUNT(kinds));
	return kinds[row];
}

const struct check_kind *check_kind_passive(void)
{
	return &check_tcp;
}

static const char *name(size_t row, const char **aliases)
{
	if (row >= COUNT(kinds))
		return NULL;
	*aliases = kinds[row]->aliases;
	return kinds[row]->name;
}

static const struct conf_section *section(int row)
{
	const struct conf_section *own;

	if (row < 0 || (size_t)row >= COUNT(kinds))	/* the struct is not bound yet */
		return NULL;
	own = kinds[row]->section;
	CHECK(own == NULL || own->size <= CHECK_OWN_SIZE);
	return own;
}

static const char *problem(int row, const void *own)
{
	const struct check_kind *kind = check_kind_at(row);

	return kind->problem != NULL ? kind->problem(own) : NULL;
}

static bool connects_only(int row)
{
	return check_kind_at(row)->connects_only;
}

const struct config_checks config_checks = {
	.names = { .name = name,
		   .later = "https tls udp dns exec program pgsql mysql redis" },
	.section = section,
	.problem = problem,
	.connects_only = connects_only,
};
