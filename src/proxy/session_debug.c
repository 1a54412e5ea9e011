/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_debug.h"

#include <sys/socket.h>

#include "core/log.h"
#include "proxy/groups.h"
#include "proxy/health.h"
#include "proxy/service.h"
#include "proxy/session_struct.h"

static const char *client_of(const struct session *s, char *text)
{
	socklen_t len = s->peer.sa.sa_family == AF_INET ? sizeof(s->peer.in) :
			s->peer.sa.sa_family == AF_INET6 ? sizeof(s->peer.in6) :
							   sizeof(s->peer.sa.sa_family);

	return addr_print_sockaddr(&s->peer.sa, len, text, ADDR_TEXT);
}

/* The lines name our ends of the two connections, as tcp_fallback did. */
static const char *own_end(int fd, char *text)
{
	union {
		struct sockaddr sa;
		struct sockaddr_storage room;
	} end;
	socklen_t len = sizeof(end);

	if (fd == -1 || getsockname(fd, &end.sa, &len) == -1)
		return "-";
	return addr_print_sockaddr(&end.sa, len, text, ADDR_TEXT);
}

static struct log_subject about(const struct service *service, const struct backend *backend)
{
	return (struct log_subject){ NULL, service->name, backend != NULL ? backend->name : NULL };
}

static void log_skipped(const struct service *service, const struct backend *b)
{
	struct log_subject subject = about(service, b);

	log_about(LEVEL_DEBUG, &subject, "<%s> skipping backend in failed state", b->shown);
}

void session_debug_skipped(const struct service *service)
{
	if (!log_enabled(LEVEL_DEBUG))
		return;
	for (uint32_t i = 0; i < service->set.count; i++) {
		if (health_of(service->set.list[i]) != HEALTH_UP)
			log_skipped(service, service->set.list[i]);
	}
	for (uint32_t i = 0; i < service->groups.count; i++) {
		if (!groups_resolved(service, service->groups.list[i]))
			log_skipped(service, service->groups.list[i]);
	}
}

void session_debug_connected(const struct session *s)
{
	char text[ADDR_TEXT], local[ADDR_TEXT], own[ADDR_TEXT];

	if (!log_enabled(LEVEL_DEBUG))
		return;
	struct log_subject subject = about(s->service, s->backend);
	log_about(LEVEL_DEBUG, &subject, "<%s> Start transfer %s to %s, client %s",
		  s->backend->address, own_end(s->client.event.fd, local),
		  own_end(s->server.event.fd, own), client_of(s, text));
}

void session_debug_ended(const struct session *s, enum reason why)
{
	char text[ADDR_TEXT], local[ADDR_TEXT], own[ADDR_TEXT];

	if (!log_enabled(LEVEL_DEBUG) || s->backend == NULL)
		return;
	struct log_subject subject = about(s->service, s->backend);
	log_about(LEVEL_DEBUG, &subject,
		  "<%s> Finished transfer from %s to %s done, client %s: %s, %llu bytes sent, "
		  "%llu received",
		  s->backend->address, own_end(s->client.event.fd, local),
		  own_end(s->server.event.fd, own), client_of(s, text), reasons[why].name,
		  (unsigned long long)s->relay.up.bytes, (unsigned long long)s->relay.down.bytes);
}
