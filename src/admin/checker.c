/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/checker.h"

#include "admin/check_names.h"
#include "admin/check_pattern.h"
#include "admin/check_result.h"
#include "admin/probe.h"
#include "admin/service_waits.h"
#include "core/arena.h"
#include "core/random.h"
#include "process/change.h"
#include "proxy/health.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define SPREAD_MS 10	/* per backend: how far apart first checks are, up to their interval */

struct watch {
	struct probe  probe;
	struct timer  due;
	struct list   link;		/* all, or unused */
	struct handle service, backend;
	uint64_t      interval_ms;	/* between two probes */
	bool          at_start;		/* the next probe is that of `passive: {initial: check}` */
	struct check_memory memory;
	struct object *configured;	/* the service's, whose directives the probe has */
	struct check_pattern *pattern;	/* of them */
};

/* What a change has to do with. */
struct touched {
	struct handle service, backend;	/* backend HANDLE_NONE: all of the service */
};

static struct arena *arena;
static struct text touched;	/* structs touched */
static struct list all, unused;
static struct watch **watches;	/* by the index of the backend's cell */
static uint32_t count;		/* backends that are watched */

static bool is_checked(const struct service *s, const struct backend *b)
{
	return s->conf->check.on && !b->conf->unchecked && !check_result_address(b)->client_port;
}

static bool is_watched(const struct service *s, const struct backend *b)
{
	return b->conf->state != STATE_MAINTENANCE &&
	       (is_checked(s, b) || (s->conf->passive.on && !b->conf->addr.client_port));
}

/* Directives for probes: held, and their expression compiled, until there are others. */
static void configure(struct watch *w, const struct service *s)
{
	const struct check_kind *kind = s != NULL ? check_kind_at(s->conf->check.type) : NULL;
	struct check_pattern *before = w->pattern;

	if (s != NULL && w->configured == s->object)
		return;
	/* first: the same expression is not compiled again */
	w->pattern = kind != NULL && kind->pattern != NULL ?
			     check_pattern_take(kind->pattern(s->conf->check.own)) : NULL;
	check_pattern_give(before);
	object_release(w->configured);
	w->configured = s != NULL ? object_hold(s->object) : NULL;
}

static void end_watch(struct watch *w)
{
	probe_cancel(&w->probe);
	configure(w, NULL);
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

static void start_probe(struct watch *w, const struct service *s, const struct backend *b)
{
	const struct check_conf *check = &s->conf->check;
	uint64_t timeout = s->conf->connect_timeout_ms;

	if (!is_checked(s, b)) {
		probe_start(&w->probe, &(struct probe_what){ .kind = check_kind_passive() },
			    &b->conf->addr, timeout);
		return;
	}
	if (check->timeout_ms != 0)
		timeout = check->timeout_ms;
	configure(w, s);
	probe_start(&w->probe,
		    &(struct probe_what){ check_kind_at(check->type), check->own, w->pattern,
					  { (uint8_t)b->conf->modifier1,
					    (uint8_t)b->conf->modifier2 } },
		    check_result_address(b), timeout);
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
		start_probe(w, s, b);
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
		start_probe(w, s, b);
}

static void on_probed(struct probe *p, const struct check_outcome *outcome, uint64_t us)
{
	struct watch *w = container_of(p, struct watch, probe);
	struct service *s;
	struct backend *b = subject(w, &s);
	uint64_t spent = us / 1000;

	if (b == NULL)
		return;
	if (is_checked(s, b))
		check_result(s, b, &w->memory, outcome, us);
	else
		check_result_passive(s, b, &w->memory, outcome, us);
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
	check_result_memory(&w->memory, b);
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

/* It was never checked: what `initial` wants. true: check it now. */
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
}

static void update_backend(const struct service *s, struct backend *b)
{
	if (is_watched(s, b))
		keep_watch(s, b);
	else if (b->conf->state != STATE_MAINTENANCE && health_set(b, HEALTH_UP))
		check_result_unwatched(s, b);
}

static void update_service(const struct service *s)
{
	for (uint32_t i = 0; i < s->set.count; i++)
		update_backend(s, s->set.list[i]);
}

static void repair(const struct service *s)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		struct backend *b = s->set.list[i];

		if (!is_watched(s, b) && b->conf->state != STATE_MAINTENANCE &&
		    health_set(b, HEALTH_UP))
			check_result_repaired(s, b);
	}
}

void checker_repair(void)
{
	const struct list *services = registry_services();

	for (struct list *node = services->next; node != services; node = node->next)
		repair(container_of(node, struct service, link));
}

void checker_prepare(const struct change_op *op)
{
	struct touched t = { change_service(op), { HANDLE_NONE, 0 } };

	if (op->kind == NULL || op->target == CHANGE_BASE)
		return;
	service_waits_prepare(op);
	if (op->kind->cell == CELL_BACKEND)
		t.backend = op->handle;
	if (op->kind->cell != CELL_NONE)
		text_append(&touched, &t, sizeof(t));
}

void checker_abort(void)
{
	text_clear(&touched);
	service_waits_abort();
}

/* Watches of backends that are gone, or that nobody watches any more. */
static void end_others(void)
{
	struct service *s;

	for (struct list *node = all.next; node != &all;) {
		struct watch *w = container_of(node, struct watch, link);

		node = node->next;
		(void)subject(w, &s);
	}
}

static void update_touched(const struct touched *t, bool *gone)
{
	const struct service *s = registry_service(t->service.index);
	struct backend *b = registry_backend(t->backend.index, NULL);
	struct watch *w = t->backend.index != HANDLE_NONE ? watches[t->backend.index] : NULL;

	if (s == NULL || !handle_equal(s->handle, t->service))
		*gone = true;
	else if (t->backend.index == HANDLE_NONE)
		update_service(s);
	else if (b != NULL && handle_equal(b->handle, t->backend))
		update_backend(s, b);
	if (w != NULL && watches[t->backend.index] == w)
		(void)subject(w, &(struct service *){ NULL });
}

void checker_commit(void)
{
	const struct touched *list = (const struct touched *)(const void *)touched.data;
	bool gone = false;

	for (size_t i = 0; i < touched.len / sizeof(*list); i++)
		update_touched(&list[i], &gone);
	text_clear(&touched);
	if (gone)	/* a service with all its backends, which are not told one by one */
		end_others();
	check_names_commit();
	service_waits_commit();
}

bool checker_start(const struct service *s, const struct backend *b)
{
	struct watch *w = watches[b->handle.index];

	if (w == NULL || !handle_equal(w->backend, b->handle) || !is_checked(s, b))
		return false;
	if (!probe_active(&w->probe))
		timer_set(&w->due, 0);
	return true;
}

bool checker_failure(const struct backend *b, char *buf, size_t size)
{
	const struct watch *w = watches[b->handle.index];

	return w != NULL && handle_equal(w->backend, b->handle) &&
	       check_result_failure(&w->memory, buf, size);
}

const char *checker_detail(const struct backend *b)
{
	const struct watch *w = watches[b->handle.index];

	return w != NULL && handle_equal(w->backend, b->handle) && w->memory.failed ?
		       w->memory.why : NULL;
}

void checker_open(void)
{
	arena = arena_new();
	list_init(&all);
	list_init(&unused);
	text_init(&touched);
	watches = arena_alloc(arena, scoreboard_sizes()->backends * sizeof(struct watch *));
	count = 0;
	probe_open();
	check_names_open();
	service_waits_open();
}

void checker_close(void)
{
	service_waits_close();
	check_names_close();
	while (!list_empty(&all))
		end_watch(container_of(all.next, struct watch, link));
	text_close(&touched);
	arena_free(arena);
	arena = NULL;
}
