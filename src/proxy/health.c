/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/health.h"

#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/pool_cell.h"
#include "proxy/dial_error.h"
#include "proxy/pool_session.h"
#include "proxy/service.h"
#include "proxy/service_nodes.h"

enum health health_of(const struct backend *b)
{
	uint32_t word = backend_cell(b->handle.index)->health;

	/* what heddle never writes is no reason to trust a backend */
	return word <= HEALTH_CHECKING ? (enum health)word : HEALTH_DOWN;
}

uint64_t health_cell_downtime(const struct backend_cell *cell)
{
	uint64_t since = cell->failed_ms, now = clock_ms();

	return since != 0 && now > since ? now - since : 0;
}

uint64_t health_downtime(const struct backend *b)
{
	return health_cell_downtime(backend_cell(b->handle.index));
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

void health_log_service(const struct service *s, const struct backend *b)
{
	bool up = health_of(b) == HEALTH_UP;
	struct log_subject about = { up ? "service_up" : "service_down", s->name, NULL };

	/* of one whose clients wait the control process says so: admin/service_waits.h */
	if (!may_serve(b) || s->conf->when_empty == WHEN_EMPTY_WAIT || service_nodes_by_route(s))
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

/*
 * A subscribed node: held off, and told once for all sessions that found it out, in uWSGI's words,
 * too: the key is what an operator knows the node by.
 */
static void node_failed(const struct backend *b, const struct log_subject *about,
			struct slice key, int error)
{
	const char *path = strchr(b->shown, '/');	/* announced without "unix:" */
	uint64_t now = clock_ms();
	int kind = dial_error_kind(error);

	if (kind != DIAL_ERROR_LOCAL)
		atomic_fetch_add_explicit(&backend_cell(b->handle.index)->errors[kind], 1,
					  memory_order_relaxed);
	if (!pool_session_failed(b->cell, b->hold, now))
		return;
	log_about(LEVEL_WARN, about, "Failed to connect to backend %s: %s; held off for %.1f s "
		  "(%.*s => marking %s as failed)", b->shown,
		  error == EDEADLK ? "it leads back to heddle" : dial_error_text(error),
		  (double)(pool_cell_hold_until(pool_session_hold(b->cell)) - now) / 1e3,
		  (int)key.len, key.data, path != NULL ? path : b->shown);
}

/* Errors of this machine that are about the address of a node: who announced it is to blame. */
static bool is_of_node(const struct backend *b, int error)
{
	return b->subscribed && (error == EDEADLK || error == EACCES || error == EINVAL ||
				 error == EAFNOSUPPORT);
}

void health_dial_failed(struct service *s, struct backend *b, const struct slice *key, int error)
{
	static struct log_limit failures, own_errors, full;	/* none hides another one */
	struct backend_cell *cell = backend_cell(b->handle.index);
	const struct passive_conf *passive = &s->conf->passive;
	struct log_subject about = { NULL, s->name, b->name };
	const char *addr = b->shown;
	int kind = dial_error_kind(error);
	bool marked = false;

	if (error == EAGAIN) {
		/* a unix socket whose backlog is full: busy, not dead */
		if (log_limited(&full, 1))
			log_about(LEVEL_INFO, &about, "connect %s: its backlog is full", addr);
		return;
	}
	if (kind == DIAL_ERROR_LOCAL && !is_of_node(b, error)) {
		counter_add(COUNTER_LOCAL_ERRORS, 1);
		if (log_limited(&own_errors, 1))
			log_about(LEVEL_ERROR, &about, "connect %s: %s: a local error, "
				  "not counted against the backend", addr, strerror(error));
		return;
	}
	if (b->subscribed) {
		node_failed(b, &about, key != NULL ? *key : (struct slice){ "", 0 }, error);
		return;
	}
	atomic_fetch_add_explicit(&cell->errors[kind], 1, memory_order_relaxed);
	if (passive->on && !b->found &&
	    atomic_fetch_add(&cell->failures, 1) + 1 >= passive->failures)
		marked = health_set(b, HEALTH_DOWN);
	if (marked)
		about.event = "backend_down";
	if (marked || log_limited(&failures, 10))
		log_about(marked ? LEVEL_WARN : LEVEL_INFO, &about,
			  "Failed to connect to backend %s: %s", addr, dial_error_text(error));
	if (marked)
		health_log_service(s, b);
}

void health_dial_succeeded(struct backend *b)
{
	struct backend_cell *cell = backend_cell(b->handle.index);

	if (b->subscribed)
		pool_session_connected(b->cell);
	if (atomic_load_explicit(&cell->failures, memory_order_relaxed) != 0)
		cell->failures = 0;
}
