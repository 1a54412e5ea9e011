/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "config/config_uwsgi.h"
#include "config/object.h"
#include "core/clock.h"
#include "mapper/cache_scripts.h"
#include "mapper/script_early.h"
#include "mapper/script_load.h"
#include "mapper/script_pool.h"
#include "mapper/script_process.h"
#include "mapper/script_queue.h"
#include "mapper/script_status.h"
#include "mapper/script_struct.h"

#define YOUNG_MS 1000		/* a process that ends so soon would do it again */
#define TICKS 4			/* in one `limit` */
#define TICKS_WAITING 16	/* ... while calls wait for a process */

static struct list scripts = { &scripts, &scripts };
static uint32_t last_generation;

#define FOR_SCRIPTS(s) \
	for (struct list *at = scripts.next, *after = at->next; \
	     at != &scripts && ((s) = container_of(at, struct script, link), true); \
	     at = after, after = at->next)

static void tick(struct script *s);

/* Answers that workers keep are by it: those of the mapper process before are old, too. */
static uint32_t new_generation(void)
{
	if (last_generation == 0)
		last_generation = (uint32_t)(clock_wall_ms() / 100);
	if (++last_generation == 0)
		last_generation = 1;
	return last_generation;
}

void scripts_announce(uint64_t worker)
{
	struct script *s;

	FOR_SCRIPTS(s)
		script_status_send(s, worker);
}

static void on_loaded(struct script_process *p)
{
	script_load_done(p);
	tick(p->script);
}

static void on_unloadable(struct script_process *p, unsigned line, struct slice why)
{
	char text[700];

	if (line != 0)
		snprintf(text, sizeof(text), "line %u: %.*s", line, (int)why.len, why.data);
	else
		snprintf(text, sizeof(text), "%.*s", (int)why.len, why.data);
	script_load_failed(p->script, p->generation, text);
	tick(p->script);
}

static void on_answered(struct script_process *p, struct mapper_call *call,
			enum script_status status, struct slice answer)
{
	struct script *s = p->script;

	if (status == SCRIPT_FAILED) {
		s->counts->errors++;
		script_process_report_failed(p, call, answer);
	}
	if (loop_now() - call->arrived_ms > s->conf->limit_ms)
		s->counts->timeouts++;
	script_queue_answered(s, call);
	mapper_call_answer(call, status, p->generation, answer);
	script_pool_dispatch(s);
}

static const struct script_process_handlers handlers = { on_loaded, on_unloadable, on_answered };

/* Calls that nobody waits for any more; processes that do not come back. */
static void on_timer(struct timer *t)
{
	tick(container_of(t, struct script, timer));
}

static void wake(struct script *s, uint64_t when)
{
	if (!timer_pending(&s->timer) || s->timer.when > when)
		timer_set(&s->timer, when - loop_now());
}

/* Something is under way: it has to be looked after, and soon if calls wait. */
static void watch(struct script *s)
{
	uint64_t ms = s->conf->limit_ms /
		      (script_queue_any(s) == NULL ? TICKS : TICKS_WAITING) + 1;

	wake(s, loop_now() + ms);
}

static void tick(struct script *s)
{
	script_queue_drop_late(s);
	script_pool_kill_late(s);
	script_queue_tick(s);
	if (s->users != 0 && loop_now() >= s->start_ms)
		script_pool_fill(s, &handlers);
	script_pool_dispatch(s);
	if (s->users == 0 && script_queue_any(s) == NULL)
		script_pool_leave_but(s, 0);
	if (script_queue_any(s) != NULL || script_pool_busy(s))
		watch(s);
	if (s->start_ms > loop_now())
		wake(s, s->start_ms);
	if (s->care_ms != 0 && s->users != 0)
		wake(s, s->care_ms);
}

static struct script *find(uint64_t id)
{
	struct script *s;

	FOR_SCRIPTS(s) {
		if (s->id == id)
			return s;
	}
	return NULL;
}

void scripts_take(uint64_t worker, const struct script_frame *f, struct slice key)
{
	struct script *s = find(f->script);
	struct mapper_call *call = mapper_call_new(f, key, worker);

	if (call == NULL)	/* the worker stops waiting by itself */
		return;
	if (s == NULL || s->users == 0) {
		script_early_add(call);
		return;
	}
	s->counts->requests++;
	script_queue_add(s, call);
	if (s->state == SCRIPT_BROKEN)
		script_status_fail_queue(s);
	else
		script_pool_dispatch(s);
	watch(s);
}

/* It is new, or was about to end: its file may be another one by now. */
static void begin(struct script *s)
{
	s->generation = new_generation();
	s->next = 0;
	s->fresh = true;
	s->pause_ms = s->start_ms = 0;
	s->loads_once_more = false;
	script_pool_leave_but(s, s->generation);
	script_queue_add_early(s);
	script_status_set(s, SCRIPT_LOADING);
	tick(s);
}

struct script *script_use(struct object *route)
{
	const struct script_conf *conf = &((const struct route_conf *)route->conf)->script;
	struct script *s = find(config_script_id(conf));

	if (s == NULL) {
		s = calloc(1, sizeof(*s));
		CHECK(s != NULL);
		*s = (struct script){ .id = config_script_id(conf), .route = object_hold(route),
				      .conf = conf };
		list_init(&s->processes);
		for (int lane = 0; lane < LANES; lane++)
			list_init(&s->lanes[lane]);
		s->keys = calloc(1, sizeof(*s->keys));
		CHECK(s->keys != NULL);
		s->counts = script_counts_take(s->id, &s->own_counts);
		timer_setup(&s->timer, on_timer);
		list_append(&scripts, &s->link);
	}
	if (s->users++ == 0)
		begin(s);
	return s;
}

static void release(struct deferred *d)
{
	struct script *s = container_of(d, struct script, later);

	object_release(s->route);
	free(s->keys);
	free(s);
}

static void free_if_gone(struct script *s)
{
	struct mapper_call *call;

	if (s->users != 0 || !list_empty(&s->processes))
		return;
	timer_cancel(&s->timer);
	while ((call = script_queue_any(s)) != NULL)
		script_early_add(call);
	script_status_announce(s);
	script_counts_give(s->counts);
	list_unlink(&s->link);
	loop_defer(&s->later, release);
}

void script_leave(struct script *s)
{
	if (--s->users != 0)
		return;
	/* calls that are under way are answered: a route may only have got another limit */
	tick(s);
	free_if_gone(s);
}

void scripts_reload(void)
{
	struct script *s;

	FOR_SCRIPTS(s) {
		bool fresh = s->fresh;

		s->fresh = false;
		if (s->users == 0 || fresh)
			continue;
		s->pause_ms = s->start_ms = 0;
		s->loads_once_more = false;
		script_pool_kill(s, s->next);
		s->next = new_generation();
		if (s->state != SCRIPT_SERVING) {
			script_pool_kill(s, s->generation);
			s->generation = s->next;
			s->next = 0;
			script_status_set(s, SCRIPT_LOADING);
		}
		tick(s);
	}
}

void scripts_report(struct text *out)
{
	struct script *s;
	const char *between = "";

	FOR_SCRIPTS(s) {
		text_puts(out, between);
		script_status_report(s, out);
		between = ",";
	}
}

void scripts_begun(void)
{
	struct script *s;

	FOR_SCRIPTS(s)
		s->fresh = false;
	script_counts_give_left();
}

void scripts_end(void)
{
	struct script *s;

	FOR_SCRIPTS(s)
		script_pool_kill_all(s);
}

/* A call that it was sent, and had not begun with, is another's. */
static void drain(struct script_process *p)
{
	struct mapper_call *unread = script_process_drain(p);

	if (unread != NULL)
		script_queue_add(p->script, unread);
}

static void ended(struct script_process *p, int status)
{
	struct script *s = p->script;
	struct mapper_call *call = p->call;
	uint32_t generation = p->generation;
	bool loading = p->state == PROCESS_LOADING;

	script_process_report(p, status);
	if (call != NULL) {
		s->counts->errors++;
		script_queue_lost(s, call);
		mapper_call_answer(call, SCRIPT_FAILED, generation, slice_of(""));
		p->call = NULL;
	}
	if (!loading && !p->killed && p->state != PROCESS_LEAVING &&
	    (s->reserves || (p->calls == 0 && loop_now() - p->born_ms < YOUNG_MS)))
		script_load_pause(s);
	script_process_free(p);
	if (loading && s->users != 0)
		script_load_ended(s, generation, status);
	tick(s);
	free_if_gone(s);
}

void scripts_reap(void)
{
	siginfo_t info = { .si_pid = 0 };
	int status;

	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
		struct script_process *p = NULL;
		struct script *s;

		FOR_SCRIPTS(s) {
			p = script_pool_find(s, info.si_pid);
			if (p != NULL)
				break;
		}
		/* what it has forked and left behind; once it is waited for, its number is free */
		(void)kill(-info.si_pid, SIGKILL);
		if (p != NULL)
			drain(p);
		if (waitpid(info.si_pid, &status, 0) == info.si_pid) {
			if (p != NULL)
				ended(p, status);
			else
				(void)cache_scripts_reaped(info.si_pid, status);
		}
		info.si_pid = 0;
	}
}
