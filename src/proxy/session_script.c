/* SPDX-License-Identifier: BSD-2-Clause */
#include "proxy/session_script.h"

#include <stdio.h>

#include "config/config_uwsgi.h"
#include "config/object.h"
#include "core/cache_value.h"
#include "core/slab.h"
#include "proxy/greeting.h"
#include "proxy/node_route.h"
#include "proxy/script_cache.h"
#include "proxy/scripts.h"
#include "proxy/service.h"
#include "proxy/session_route_address.h"
#include "proxy/session_struct.h"

struct script_wait {
	struct script_call call;
	struct session    *session;
	struct handle      route;	/* that asks: the routes may change meanwhile */
	void             (*again)(struct deferred *later);	/* NULL: it is not put off */
	uint64_t           keep_ms;	/* cache_for */
	bool               answered;
	enum script_status status;
	uint16_t           at, len;	/* of `answer`: what is before `at` has been tried */
	char               answer[SCRIPT_FRAME_MOST];
};

static struct slab slab;

static struct script_wait *wait_new(struct session *s, const struct node_route *r)
{
	struct script_wait *a;

	if (slab.size == 0)
		slab_init(&slab, sizeof(*a));
	a = slab_take(&slab);
	if (a == NULL)
		return NULL;
	*a = (struct script_wait){ .session = s, .route = r->handle,
				  .keep_ms = r->conf->script.cache_for_ms };
	a->call.script = config_script_id(&r->conf->script);
	a->call.key = s->greeting->key;
	s->greeting->walk.ask = a;
	return a;
}

void session_script_close(struct session *s)
{
	struct script_wait *a = s->greeting->walk.ask;

	if (a == NULL)
		return;
	scripts_cancel(&a->call);
	s->greeting->walk.ask = NULL;
	slab_give(&slab, a);
}

static void take_answer(struct script_wait *a, enum script_status status, struct slice answer)
{
	a->answered = true;
	a->status = status;
	a->at = 0;
	a->len = (uint16_t)answer.len;
	if (answer.len != 0)
		memcpy(a->answer, answer.data, answer.len);
}

static void on_answered(struct script_call *c, enum script_status status, uint32_t generation,
			struct slice answer)
{
	struct script_wait *a = container_of(c, struct script_wait, call);
	struct script_cache_key key = { c->script, generation, c->key };
	struct session *s = a->session;

	if (status != SCRIPT_FOUND)
		answer.len = 0;
	take_answer(a, status, answer);
	if (a->keep_ms != 0 && status != SCRIPT_FAILED)
		script_cache_put(&key, loop_now() + a->keep_ms, answer);
	/* it may have ended meanwhile, and only wait for its client to read a response */
	if (a->again == NULL || s->state != SESSION_QUEUED)
		return;
	timer_cancel(&s->timer);
	a->again(&s->later);
}

static bool is_kept(struct script_wait *a)
{
	struct script_cache_key key = { a->call.script, scripts_generation(a->call.script),
					a->call.key };
	struct slice answer;

	if (a->keep_ms == 0 || !script_cache_get(&key, loop_now(), &answer))
		return false;
	take_answer(a, answer.len != 0 ? SCRIPT_FOUND : SCRIPT_UNKNOWN, answer);
	return true;
}

/* NULL: it cannot be asked. */
static struct script_wait *begin(struct session *s, const struct node_route *r)
{
	struct script_wait *a = wait_new(s, r);

	if (a == NULL || is_kept(a))
		return a;
	a->call.answered = on_answered;
	if (scripts_call(&a->call))
		return a;
	session_script_close(s);
	return NULL;
}

static struct backend *take_member(struct session *s, const struct node_route *r,
				   struct cache_member *m)
{
	struct backend *b;

	if (!session_route_address_fits(s, r, &m->addr))
		return NULL;
	b = backend_found(r->object, r->handle, &m->addr);
	backend_set_modifiers(b, m->modifier1, m->modifier2);
	choice_count(&s->choice, b);
	return b;
}

static struct backend *next_node(struct session *s, const struct node_route *r,
				 struct script_wait *a)
{
	struct slice rest = { a->answer + a->at, (size_t)(a->len - a->at) };
	struct backend *b = NULL;
	enum cache_value_next next = CACHE_VALUE_BAD;

	while (b == NULL && next != CACHE_VALUE_END) {
		struct cache_member m;
		char why[CACHE_VALUE_WHY];

		next = cache_value_next(&rest, &m, why);
		/* it knows the key, and is wrong about it */
		s->greeting->walk.named |= next == CACHE_VALUE_BAD;
		if (next == CACHE_VALUE_BAD)
			session_route_address_bad(s, r, why);
		if (next == CACHE_VALUE_MEMBER)
			b = take_member(s, r, &m);
	}
	a->at = (uint16_t)(a->len - rest.len);
	return b;
}

static void report_late(const struct session *s, const struct node_route *r)
{
	char why[400];

	snprintf(why, sizeof(why), "script %.300s has not answered within %llu ms",
		 r->conf->script.file, (unsigned long long)r->conf->script.limit_ms);
	session_route_address_bad(s, r, why);
}

/* false: it waits on. */
static bool is_over(struct session *s, const struct node_route *r, const struct script_wait *a)
{
	struct route_walk *w = &s->greeting->walk;

	if (a->answered)
		return true;
	w->script_ms = scripts_left(&a->call, r->conf->script.limit_ms);
	w->full = w->script_ms != 0;
	if (w->script_ms == 0)
		report_late(s, r);
	return w->script_ms == 0;
}

/* A change has put another route there, or another script into it, which was not asked yet. */
static bool is_of_before(const struct script_wait *a, const struct node_route *r)
{
	return !handle_equal(a->route, r->handle) ||
	       (!a->answered && a->call.script != config_script_id(&r->conf->script));
}

struct backend *session_script_take(struct session *s, const struct node_route *r)
{
	struct route_walk *w = &s->greeting->walk;
	struct backend *b = NULL;

	if (w->ask != NULL && is_of_before(w->ask, r)) {
		session_script_close(s);
		w->asked &= ~(1u << w->at);
	}
	if (w->ask == NULL) {
		if ((w->asked & 1u << w->at) != 0)
			return NULL;
		w->asked |= 1u << w->at;
		if (begin(s, r) == NULL) {
			w->named = true;
			return NULL;
		}
	}
	if (!is_over(s, r, w->ask))
		return NULL;
	if (!w->ask->answered || w->ask->status == SCRIPT_FAILED)
		w->named = true;	/* whether it knows the key is not known */
	else
		b = next_node(s, r, w->ask);
	if (b == NULL)
		session_script_close(s);
	return b;
}

bool session_script_waits(const struct session *s)
{
	const struct route_walk *w = s->greeting != NULL ? &s->greeting->walk : NULL;

	return w != NULL && w->ask != NULL && w->script_ms != 0;
}

bool session_script_wait(struct session *s, void (*again)(struct deferred *later))
{
	if (!session_script_waits(s))
		return false;
	s->greeting->walk.ask->again = again;
	timer_set(&s->timer, s->greeting->walk.script_ms);
	return true;
}
