/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/checker.h"

#include <stdio.h>

#include "admin/check_result.h"
#include "admin/probe.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/random.h"
#include "core/scoreboard.h"
#include "proxy/health.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define SPREAD_MS 10	/* per backend: how far apart first checks are, up to their interval */

struct watch {
	struct probe  probe;
	struct timer  due;
	struct list   link;		/* all, or unused */
	struct handle service, backend;
	uint64_t      interval_ms;	/* between two looks */
	bool          at_start;		/* the next look is that of `passive: {initial: check}` */
	bool          seen;		/* at this commit */
	struct check_memory memory;
};

static struct arena *arena;
static struct list all, unused;
static struct watch **watches;	/* by the index of the backend's cell */
static uint32_t count;		/* backends that are watched */

static bool is_checked(const struct service *s, const struct backend *b)
{
	return s->conf->check.type == CHECK_TCP && !checker_address(b)->client_port;
}

static bool is_watched(const struct service *s, const struct backend *b)
{
	return b->conf->state != STATE_MAINTENANCE &&
	       (is_checked(s, b) || (s->conf->passive.on && !b->conf->addr.client_port));
}

const struct addr *checker_address(const struct backend *b)
{
	return b->conf->check_addr.kind != ADDR_NONE ? &b->conf->check_addr : &b->conf->addr;
}

static void end_watch(struct watch *w)
{
	probe_cancel(&w->probe);
	timer_cancel(&w->due);
	if (watches[w->backend.index] == w)
		watches[w->backend.index] = NULL;
	list_unlink(&w->link);
	list_append(&unused, &w->link);
	count--;
}

/* What the watch is about, or NULL and the watch has ended. */
static struct backend *subject(struct watch *w, struct service **s)
{
	struct backend *b = registry_backend(w->backend.index, NULL);

	*s = registry_service(w->service.index);
	if (b != NULL && *s != NULL && handle_equal(b->handle, w->backend) &&
	    handle_equal((*s)->handle, w->service) && is_watched(*s, b))
		return b;
	end_watch(w);
	return NULL;
}

static void look(struct watch *w, const struct service *s, const struct backend *b)
{
	uint64_t timeout = s->conf->connect_timeout_ms;

	if (is_checked(s, b) && s->conf->check.timeout_ms != 0)
		timeout = s->conf->check.timeout_ms;
	probe_start(&w->probe, is_checked(s, b) ? checker_address(b) : &b->conf->addr, timeout);
}

static void on_due(struct timer *t)
{
	struct watch *w = container_of(t, struct watch, due);
	struct service *s;
	const struct backend *b = subject(w, &s);
	uint64_t failed, due;

	if (b == NULL || probe_active(&w->probe))
		return;
	if (is_checked(s, b) || w->at_start) {
		look(w, s, b);
		return;
	}
	/* marked by traffic: left alone for `retry`, then tried; while it is up nobody asks */
	failed = backend_cell(w->backend.index)->failed_ms;
	due = failed <= loop_now() ? failed + w->interval_ms : 0;
	if (health_of(b) == HEALTH_UP)
		timer_set(t, w->interval_ms);
	else if (due > loop_now())
		timer_set(t, due - loop_now());
	else
		look(w, s, b);
}

static void on_probed(struct probe *p, int error, uint64_t us)
{
	struct watch *w = container_of(p, struct watch, probe);
	struct service *s;
	struct backend *b = subject(w, &s);
	uint64_t spent = us / 1000;

	if (b == NULL)
		return;
	if (is_checked(s, b))
		check_result(s, b, &w->memory, error, us);
	else
		check_result_passive(s, b, &w->memory, error, us);
	w->at_start = false;
	timer_set(&w->due, w->interval_ms > spent ? w->interval_ms - spent : 1);
}

static struct watch *new_watch(const struct service *s, const struct backend *b)
{
	struct watch *w;

	if (list_empty(&unused)) {
		w = arena_alloc(arena, sizeof(*w));
	} else {
		w = container_of(unused.next, struct watch, link);
		list_unlink(&w->link);
	}
	*w = (struct watch){ .service = s->handle, .backend = b->handle };
	probe_setup(&w->probe, on_probed);
	timer_setup(&w->due, on_due);
	list_init(&w->link);
	list_append(&all, &w->link);
	watches[b->handle.index] = w;
	check_memory_init(&w->memory, b);
	count++;
	return w;
}

/* One interval from now, and not all in the same moment. */
static void schedule(struct watch *w)
{
	uint64_t spread = (uint64_t)count * SPREAD_MS;

	if (spread > w->interval_ms)
		spread = w->interval_ms;
	timer_set(&w->due, w->interval_ms - random_below((uint32_t)spread + 1));
}

/* Nobody has ever looked at it: what `initial` wants. true: look now. */
static bool begin(struct watch *w, const struct service *s, const struct backend *b)
{
	const struct backend_cell *cell = backend_cell(b->handle.index);
	bool fresh = cell->checks_passed + cell->checks_failed + cell->changes == 0;

	if (!is_checked(s, b)) {
		w->at_start = fresh && s->conf->passive.initial == INITIAL_CHECK;
		return w->at_start;
	}
	/* the master has marked it so that nobody is sent there before */
	return fresh && health_of(b) != HEALTH_UP;
}

static void keep_watch(const struct service *s, struct backend *b)
{
	struct watch *w = watches[b->handle.index];
	uint64_t interval = is_checked(s, b) ? s->conf->check.interval_ms :
					       s->conf->passive.retry_ms;

	if (w != NULL && !handle_equal(w->backend, b->handle)) {
		end_watch(w);
		w = NULL;
	}
	if (w == NULL) {
		w = new_watch(s, b);
		w->interval_ms = interval;
		if (begin(w, s, b))
			timer_set(&w->due, 0);
		else
			schedule(w);
	} else if (w->interval_ms != interval) {
		w->interval_ms = interval;
		if (!probe_active(&w->probe))
			schedule(w);
	}
	w->seen = true;
}

static void look_at_service(const struct service *s)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		struct backend *b = s->set.list[i];

		if (is_watched(s, b))
			keep_watch(s, b);
		else if (b->conf->state != STATE_MAINTENANCE && health_set(b, HEALTH_UP))
			check_result_unwatched(s, b);
	}
}

static void mend(const struct service *s)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		struct backend *b = s->set.list[i];

		if (!is_watched(s, b) && b->conf->state != STATE_MAINTENANCE &&
		    health_set(b, HEALTH_UP))
			check_result_mended(s, b);
	}
}

void checker_mend(void)
{
	const struct list *services = registry_services();

	for (struct list *node = services->next; node != services; node = node->next)
		mend(container_of(node, struct service, link));
}

void checker_commit(void)
{
	const struct list *services = registry_services();
	struct list *node;

	for (node = services->next; node != services; node = node->next)
		look_at_service(container_of(node, struct service, link));
	for (node = all.next; node != &all;) {
		struct watch *w = container_of(node, struct watch, link);

		node = node->next;
		if (!w->seen)
			end_watch(w);
		w->seen = false;
	}
}

bool checker_failure(const struct backend *b, char *buf, size_t size)
{
	const struct watch *w = watches[b->handle.index];

	return w != NULL && handle_equal(w->backend, b->handle) &&
	       check_memory_print(&w->memory, b, buf, size);
}

void checker_open(void)
{
	arena = arena_new();
	list_init(&all);
	list_init(&unused);
	watches = arena_alloc(arena, scoreboard_sizes()->backends * sizeof(struct watch *));
	count = 0;
	random_seed(clock_us() ^ clock_wall_ms());
	probes_open();
}

void checker_close(void)
{
	while (!list_empty(&all))
		end_watch(container_of(all.next, struct watch, link));
	arena_free(arena);
	arena = NULL;
}
