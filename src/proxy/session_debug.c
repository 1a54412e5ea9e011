/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_debug.h"

#include "core/log.h"
#include "proxy/health.h"
#include "proxy/service.h"
#include "proxy/session.h"

static const char *client_of(const struct session *s, char *text)
{
	socklen_t len = s->peer.sa.sa_family == AF_INET ? sizeof(s->peer.in) :
			s->peer.sa.sa_family == AF_INET6 ? sizeof(s->peer.in6) :
							   sizeof(s->peer.sa.sa_family);

	return addr_print_sockaddr(&s->peer.sa, len, text, ADDR_TEXT);
}

static struct log_subject about(const struct service *service, const struct backend *backend)
{
	return (struct log_subject){ NULL, service->name, backend != NULL ? backend->name : NULL };
}

void session_debug_skipped(const struct service *service)
{
	if (!log_enabled(LEVEL_DEBUG))
		return;
	for (uint32_t i = 0; i < service->set.count; i++) {
		const struct backend *b = service->set.list[i];
		struct log_subject subject = about(service, b);

		if (health_of(b) != HEALTH_UP)
			log_about(LEVEL_DEBUG, &subject, "Skipping failed backend %s", b->address);
	}
}

void session_debug_connected(const struct session *s)
{
	char text[ADDR_TEXT];

	if (!log_enabled(LEVEL_DEBUG))
		return;
	struct log_subject subject = about(s->service, s->backend);
	log_about(LEVEL_DEBUG, &subject, "Starting transfers between %s and %s",
		  client_of(s, text), s->backend->address);
}

void session_debug_ended(const struct session *s, enum reason why)
{
	char text[ADDR_TEXT];

	if (!log_enabled(LEVEL_DEBUG) || s->backend == NULL)
		return;
	struct log_subject subject = about(s->service, s->backend);
	log_about(LEVEL_DEBUG, &subject,
		  "Finished transfers between %s and %s: %s, %llu bytes sent, %llu received",
		  client_of(s, text), s->backend->address, reasons[why].name,
		  (unsigned long long)s->relay.up.bytes, (unsigned long long)s->relay.down.bytes);
}
