/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/script_pool.h"

#include "config/config_script.h"
#include "core/log.h"
#include "mapper/mapper_call.h"
#include "mapper/script_process.h"
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
	unsigned wanted = s->conf->processes + SPARE, have = 0, late = 0;
	struct script_process *p;

	FOR_PROCESSES(s, p) {
		if (p->generation != generation || p->state == PROCESS_LEAVING || p->killed)
			continue;
		if (is_late(s, p))
			late++;
		else
			have++;
	}
	while (have < wanted && have + late < 2 * wanted && start(s, generation, handlers))
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

/* NULL: none is idle, or as many as are configured are at work. */
static struct script_process *find_idle(const struct script *s)
{
	struct script_process *p, *idle = NULL;
	unsigned busy = 0;

	FOR_PROCESSES(s, p) {
		if (p->generation != s->generation)
			continue;
		if (p->state == PROCESS_BUSY && !is_slow(s, p))
			busy++;
		if (p->state == PROCESS_IDLE && idle == NULL)
			idle = p;
	}
	return busy < s->conf->processes ? idle : NULL;
}

void script_pool_dispatch(struct script *s)
{
	struct script_process *p;

	while (!list_empty(&s->queue) && (p = find_idle(s)) != NULL) {
		struct mapper_call *call = container_of(s->queue.next, struct mapper_call, link);

		list_unlink(&call->link);
		script_process_call(p, call);
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
