/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/health.h"

#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "proxy/service.h"

int health_dial_error(int error)
{
	switch (error) {
	case ECONNREFUSED:
	case ENOENT:		/* a unix socket that is not there */
		return DIAL_REFUSED;
	case ETIMEDOUT:
		return DIAL_TIMEOUT;
	case ECONNRESET:
	case EPIPE:
		return DIAL_RESET;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOBUFS:
	case EADDRNOTAVAIL:
	case EADDRINUSE:
	case EACCES:
	case EPERM:
	case EAGAIN:
	case EINVAL:
	case EAFNOSUPPORT:
		return -1;
	default:
		return DIAL_UNREACHABLE;
	}
}

enum health health_of(const struct backend *b)
{
	uint32_t word = backend_cell(b->handle.index)->health;

	/* what heddle never writes is no reason to trust a backend */
	return word <= HEALTH_CHECKING ? (enum health)word : HEALTH_DOWN;
}

uint64_t health_downtime(const struct backend *b)
{
	uint64_t since = backend_cell(b->handle.index)->failed_ms, now = clock_ms();

	return since != 0 && now > since ? now - since : 0;
}

bool health_set(struct backend *b, enum health to)
{
	struct backend_cell *cell = backend_cell(b->handle.index);
	uint32_t seen = cell->health;

	if (seen == (uint32_t)to || !atomic_compare_exchange_strong(&cell->health, &seen, to))
		return false;
	if (to == HEALTH_UP) {
		cell->down_ms_total += health_downtime(b);
		cell->failed_ms = 0;
		cell->failures = 0;
	} else {
		cell->failed_ms = clock_ms();
	}
	cell->since_ms = clock_wall_ms();
	cell->changes++;
	return true;
}

/* As far as the file is concerned. */
static bool may_serve(const struct backend *b)
{
	return b->conf->state == STATE_READY && b->conf->weight != 0;
}

void health_tell_service(const struct service *s, const struct backend *b)
{
	bool up = health_of(b) == HEALTH_UP;
	struct log_subject about = { up ? "service_up" : "service_down", s->name, NULL };

	if (!may_serve(b))
		return;
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *other = s->set.list[i];

		if (other != b && may_serve(other) && health_of(other) == HEALTH_UP)
			return;
	}
	if (up)
		log_about(LEVEL_NOTICE, &about, "up: a backend is usable again");
	else
		log_about(LEVEL_ERROR, &about, "down: no backend is usable");
}

void health_dial_failed(struct service *s, struct backend *b, int error)
{
	static struct log_limit failures, own_errors, full;	/* none hides another one */
	struct backend_cell *cell = backend_cell(b->handle.index);
	const struct passive_conf *passive = &s->conf->passive;
	struct log_subject about = { NULL, s->name, b->name };
	const char *addr = b->shown;
	int kind = health_dial_error(error);
	bool marked = false;

	if (error == EAGAIN) {
		/* a unix socket whose backlog is full: busy, not dead */
		if (log_limited(&full, 1))
			log_about(LEVEL_INFO, &about, "connect %s: its backlog is full", addr);
		return;
	}
	if (kind == -1) {
		counter_add(COUNTER_LOCAL_ERRORS, 1);
		if (log_limited(&own_errors, 1))
			log_about(LEVEL_ERROR, &about, "connect %s: %s: a local error, "
				  "not counted against the backend", addr, strerror(error));
		return;
	}
	atomic_fetch_add_explicit(&cell->errors[kind], 1, memory_order_relaxed);
	if (passive->on && atomic_fetch_add(&cell->failures, 1) + 1 >= passive->failures)
		marked = health_set(b, HEALTH_DOWN);
	if (marked)
		about.event = "backend_down";
	if (marked || log_limited(&failures, 10))
		log_about(marked ? LEVEL_WARN : LEVEL_INFO, &about,
			  "Failed to connect to backend %s: %s", addr, health_error_text(error));
	if (marked)
		health_tell_service(s, b);
}

void health_dial_succeeded(struct service *s, struct backend *b)
{
	struct backend_cell *cell = backend_cell(b->handle.index);

	(void)s;
	if (atomic_load_explicit(&cell->failures, memory_order_relaxed) != 0)
		cell->failures = 0;
}

const char *health_error_text(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "connection refused";
	case ENOENT:
		return "no such file or directory";
	case ETIMEDOUT:
		return "connection timed out";
	case ECONNRESET:
		return "connection reset by peer";
	case EHOSTUNREACH:
		return "no route to host";
	case ENETUNREACH:
		return "network is unreachable";
	default:
		return strerror(error);
	}
}
