/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_count.h"

#include "core/histogram.h"
#include "core/pool_cell.h"
#include "proxy/service.h"
#include "proxy/session_struct.h"

static void add(_Atomic uint64_t *word, uint64_t n)
{
	if (n != 0)
		atomic_fetch_add_explicit(word, n, memory_order_relaxed);
}

/* From here on a worker that dies has lost the session: scoreboard_reclaim() counts it. */
void session_count_started(const struct session *s)
{
	add(&service_cell(s->service->handle.index)->sessions, 1);
	atomic_store_explicit(&s->choice.row->open, 1, memory_order_release);
}

void session_count_connected(const struct session *s)
{
	struct backend_cell *cell = backend_cell(s->backend->handle.index);

	add(&cell->sessions, 1);
	atomic_store_explicit(&cell->last_session_ms, loop_wall_ms(), memory_order_relaxed);
	if (s->backend->subscribed)
		atomic_fetch_add_explicit(&pool_cell(s->backend->cell)->requests, 1,
					  memory_order_relaxed);
	histogram_add(&service_cell(s->service->handle.index)->connect, &histogram_connect,
		      s->connect_us);
}

/* The row holds what has been counted: a worker that dies loses a second's worth at most. */
void session_count_bytes(const struct session *s)
{
	struct service_cell *service = service_cell(s->service->handle.index);
	uint64_t up = s->relay.up.bytes - s->choice.row->to_backend;
	uint64_t down = s->relay.down.bytes - s->choice.row->to_client;

	if (s->backend == NULL || (up | down) == 0)
		return;
	add(&service->to_backend, up);
	add(&service->to_client, down);
	add(&backend_cell(s->backend->handle.index)->to_backend, up);
	add(&backend_cell(s->backend->handle.index)->to_client, down);
	if (s->backend->subscribed) {
		add(&pool_cell(s->backend->cell)->to_node, up);
		add(&pool_cell(s->backend->cell)->to_client, down);
	}
	atomic_store_explicit(&s->choice.row->to_backend, s->relay.up.bytes, memory_order_relaxed);
	atomic_store_explicit(&s->choice.row->to_client, s->relay.down.bytes, memory_order_relaxed);
}

void session_count_ended(const struct session *s, enum reason why)
{
	struct service_cell *service = service_cell(s->service->handle.index);

	session_count_bytes(s);
	/*
	 * Side by side: a worker that dies after them has ended the session for `why`, one that
	 * dies before has lost it, and the writing of the log and closing that follow take long.
	 */
	atomic_store_explicit(&s->choice.row->open, 0, memory_order_release);
	add(&service->ended[why], 1);
	histogram_add(&service->duration, &histogram_duration, loop_now_us() - s->started_us);
}
