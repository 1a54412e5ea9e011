/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_pool.h"

#include "config/config_script.h"
#include "core/log.h"
#include "mapper/mapper_call.h"
#include "mapper/script_process.h"
#include "mapper/script_queue.h"
#include "mapper/script_struct.h"

#define SPARE 1			/* kept beyond those that are configured */
#define KILL_LIMITS 10		/* a call that takes so many times its limit is over */
#define LOAD_MOST_MS 30000
#define LEAVE_MOST_MS 2000

#define FOR_PROCESSES(s, p) \
	for (struct list *at = (s)->processes.next, *after = at->next; \
	     at != &(s)->processes && \
	     ((p) = container_of(at, struct script_process, link), true); \
	     at = after, after = at->next)

static uint64_t spent(const struct script_process *p)
{
	return loop_now() - p->since_ms;
}

/* Its call takes so long that another process may do its work meanwhile. */
static bool is_slow(const struct script *s, const struct script_process *p)
{
	return p->state == PROCESS_BUSY && spent(p) > s->conf->limit_ms / 4;
}

/* ... or that nobody waits for it any more. */
static bool is_late(const struct script *s, const struct script_process *p)
{
	return p->state == PROCESS_BUSY && spent(p) > s->conf->limit_ms;
}

/* Processes that calls for keys which were answered in time have for themselves. */
static unsigned reserve(const struct script *s)
{
	return (s->conf->processes + 1) / 2;
}

static bool start(struct script *s, uint32_t generation,
		  const struct script_process_handlers *handlers)
{
	struct script_process *p = script_process_new(s, generation, handlers);

	if (p == NULL) {
		s->start_ms = loop_now() + 1000;
		return false;
	}
	list_append(&s->processes, &p->link);
	return true;
}

static void fill(struct script *s, uint32_t generation,
		 const struct script_process_handlers *handlers)
{
	unsigned most = 2 * (s->conf->processes + SPARE), have = 0, late = 0;
	unsigned wanted = s->conf->processes + SPARE + (s->care_ms != 0 ? reserve(s) : 0);
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->generation != generation || p->state == PROCESS_LEAVING)
			continue;
		if (p->killed || is_late(s, p))
			late++;
		else
			have++;
	}
	while (have < wanted && have + late < most && start(s, generation, handlers))
		have++;
	/* one that came back although it was late */
	FOR_PROCESSES(s, p) {
		if (have > wanted && p->generation == generation && p->state == PROCESS_IDLE) {
			script_process_leave(p);
			have--;
		}
	}
}

void script_pool_fill(struct script *s, const struct script_process_handlers *handlers)
{
	fill(s, s->generation, handlers);
	if (s->next != 0)
		fill(s, s->next, handlers);
}

struct at_work {
	struct script_process *idle;	/* one of them */
	unsigned idles;
	unsigned lanes[LANES];		/* calls that are under way */
};

static struct at_work count_at_work(const struct script *s)
{
	struct at_work w = { .idle = NULL };
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->generation != s->generation)
			continue;
		if (p->state == PROCESS_IDLE) {
			w.idles++;
			w.idle = w.idle == NULL ? p : w.idle;
		}
		/* one that is slow is nobody's place; of those that are held it is expected */
		if (p->state == PROCESS_BUSY && (p->call->lane == LANE_HELD || !is_slow(s, p)))
			w.lanes[p->call->lane]++;
	}
	return w;
}

/* As many calls at a time as are configured; more only of different lanes. */
static bool has_place(const struct script *s, const struct at_work *w, enum call_lane lane)
{
	unsigned most = s->conf->processes, busy = w->lanes[lane];
	unsigned kept = s->reserves ? reserve(s) : 0;

	if (w->idle == NULL)
		return false;
	if (lane == LANE_ANSWERED)
		return busy < most;
	if (lane == LANE_OTHER)
		return busy + (s->reserves ? 0 : w->lanes[LANE_ANSWERED]) < most &&
		       w->idles + w->lanes[LANE_ANSWERED] > kept;
	return busy < most && loop_now() >= s->held_ms && w->idles > 1 &&
	       w->idles + w->lanes[LANE_ANSWERED] > kept;
}

/* One for its key is slow: this one would be, too, and might be the last process that is idle. */
static bool is_doubtful(const struct script *s, const struct mapper_call *call)
{
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->call != NULL && p->call->hash == call->hash && is_slow(s, p))
			return true;
	}
	return false;
}

static bool give(struct script *s, enum call_lane lane)
{
	struct at_work w = count_at_work(s);
	struct mapper_call *call = container_of(s->lanes[lane].next, struct mapper_call, link);

	if (!has_place(s, &w, lane))
		return false;
	if (lane != LANE_HELD && w.idles == 1 && is_doubtful(s, call)) {
		script_queue_put_back(s, call);
		return true;
	}
	list_unlink(&call->link);
	call->begun_ms = loop_now();
	script_process_call(w.idle, call);
	return true;
}

void script_pool_dispatch(struct script *s)
{
	for (enum call_lane lane = 0; lane < LANES; lane++) {
		while (script_queue_first(s, lane) != NULL && give(s, lane))
			;
	}
}

static void kill_late(struct script *s, struct script_process *p)
{
	struct log_subject about = { .event = "script_killed" };

	p->killed = true;
	s->counts->killed++;
	log_about(LEVEL_WARN, &about, "script %s: process %ld has been asked for %.*s for %llu ms, "
		  "ten times the limit: killed", s->conf->file, (long)p->pid, (int)p->call->len,
		  p->call->key, (unsigned long long)spent(p));
	script_process_kill(p);
}

void script_pool_kill_late(struct script *s)
{
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->killed)
			continue;
		if (is_late(s, p))
			script_queue_hold(s, p->call);
		if (p->call != NULL && spent(p) >= KILL_LIMITS * s->conf->limit_ms)
			kill_late(s, p);
		else if (p->state == PROCESS_LOADING && spent(p) >= LOAD_MOST_MS)
			script_process_kill(p);
		else if (p->state == PROCESS_LEAVING && p->call == NULL &&
			 spent(p) >= LEAVE_MOST_MS)
			script_process_kill(p);
	}
}

void script_pool_kill(struct script *s, uint32_t generation)
{
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->generation != generation)
			continue;
		p->state = PROCESS_LEAVING;
		script_process_kill(p);
	}
}

void script_pool_kill_all(struct script *s)
{
	struct script_process *p;

	FOR_PROCESSES(s, p)
		script_process_kill(p);
}

void script_pool_leave_but(struct script *s, uint32_t generation)
{
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->generation != generation)
			script_process_leave(p);
	}
}

unsigned script_pool_loaded(const struct script *s, uint32_t generation)
{
	const struct script_process *p;
	unsigned n = 0;

	FOR_PROCESSES(s, p)
		n += p->generation == generation &&
		     (p->state == PROCESS_IDLE || p->state == PROCESS_BUSY);
	return n;
}

unsigned script_pool_loading(const struct script *s, uint32_t generation)
{
	const struct script_process *p;
	unsigned n = 0;

	FOR_PROCESSES(s, p)
		n += p->generation == generation && p->state == PROCESS_LOADING;
	return n;
}

bool script_pool_busy(const struct script *s)
{
	const struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->state != PROCESS_IDLE)
			return true;
	}
	return false;
}

struct script_process *script_pool_find(const struct script *s, pid_t pid)
{
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->pid == pid)
			return p;
	}
	return NULL;
}
