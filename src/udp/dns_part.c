/* SPDX-License-Identifier: BSD-2-Clause */
#include "udp/dns_part.h"

#include <string.h>

#include "config/config_structs.h"
#include "config/config_types.h"
#include "process/change.h"
#include "process/child.h"
#include "udp/dns.h"
#include "udp/dns_report.h"
#include "udp/resolver_part.h"
#include "udp/resolver_report.h"

static struct resolver_conf conf, next;
static bool configured, prepared;

static bool takes(const struct object_kind *kind)
{
	return kind == &config_settings_kind;
}

static bool prepare(const struct change_op *op, char *why)
{
	(void)why;
	if (op->object == NULL || op->target == CHANGE_BASE)
		return true;
	next = ((const struct settings *)op->object->conf)->resolver;
	prepared = true;
	return true;
}

/* Servers that are the same are kept as they are: what is under way goes on. */
static bool differs(void)
{
	return !configured || memcmp(&conf, &next, sizeof(conf)) != 0;
}

static void commit(uint64_t serial, const char *by)
{
	(void)serial;
	(void)by;
	if (!prepared)
		return;
	prepared = false;
	if (differs()) {
		conf = next;
		configured = true;
		dns_configure(&conf);
	}
}

static void abandon(void)
{
	prepared = false;
}

/* Requests whose names are being resolved. */
#define OPEN_MOST 64

static uint32_t open_requests[OPEN_MOST];	/* their ids */
static unsigned open_count;

static void on_queried(void)
{
	resolver_report_now();	/* who gets the answer reads that */
	for (unsigned i = 0; i < open_count; i++)
		child_resolved(open_requests[i], REQUEST_APPLIED);
	open_count = 0;
}

static void resolve(uint32_t id, struct slice name)
{
	if (open_count < OPEN_MOST && dns_query_now(name) != 0)
		open_requests[open_count++] = id;
	else
		child_resolved(id, REQUEST_UNCHANGED);
}

static bool open_part(void)
{
	open_count = 0;
	dns_on_queried(on_queried);
	return dns_open();
}

const struct resolver_part dns_part = {
	.name = "resolver",
	.open = open_part,
	.close = dns_close,
	.takes = takes,
	.prepare = prepare,
	.commit = commit,
	.abort = abandon,
	.resolve = resolve,
	.report = dns_report_print,
};
