/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_report.h"

#include "core/log.h"
#include "proxy/access_log.h"
#include "proxy/service.h"
#include "proxy/session_count.h"
#include "proxy/session_debug.h"
#include "proxy/session_route.h"
#include "proxy/session_struct.h"
#include "proxy/session_try.h"

void session_report_started(const struct session *s)
{
	session_count_started(s);
	access_log_start(s);
	session_debug_skipped(s->service);
}

void session_report_connected(const struct session *s)
{
	session_debug_connected(s);
	session_count_connected(s);
	session_route_connected(s);
}

void session_report_refused(const struct session *s)
{
	static struct log_limit limit;
	struct log_subject about = { .event = "limit_reached", .service = s->service->name };

	if (log_limited(&limit, 1))
		log_about(LEVEL_WARN, &about, "max_connections %u reached: a client was closed",
			  s->service->conf->max_connections);
}

void session_report_unconnected(const struct session *s)
{
	static struct log_limit limit;
	struct log_subject about = { .service = s->service->name };

	/* a key that nobody knows is no trouble of ours: the access log has it */
	if (session_try_reason(s) != REASON_NO_ROUTE && log_limited(&limit, 10))
		log_about(LEVEL_WARN, &about, s->tries != 0 ? "Failed to connect to any backend"
			  : "Failed to connect to any backend: none is usable");
}

/* Of two that are both done, who finished first? The side whose end was passed on. */
static const char *ended_by(const struct session *s, enum reason why)
{
	if (why == REASON_DONE)
		return s->relay.down.first ? "backend" : "client";
	return reasons[why].ended_by;
}

void session_report_ended(const struct session *s, enum reason why)
{
	session_count_ended(s, why);
	access_log_end(s, why, ended_by(s, why));
	session_debug_ended(s, why);
}
