/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1_wait.h"

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/v1_answer.h"
#include "admin/v1_status.h"
#include "config/config_words.h"
#include "core/arena.h"
#include "core/list.h"
#include "core/scoreboard.h"
#include "core/text.h"
#include "event/event.h"
#include "proxy/registry.h"

#define POLL_MS 20

struct wait {
	struct list          link;
	struct arena        *arena;	/* owns this */
	struct http_request *request;
	struct v1_waiting    waiting;
	struct timer         poll;
};

static struct list all = { &all, &all };

static void end_wait(struct wait *w)
{
	timer_cancel(&w->poll);
	list_unlink(&w->link);
	arena_free(w->arena);
}

/* NULL: it is not there. */
static struct wait *find(const struct http_request *r)
{
	for (struct list *n = all.next; n != &all; n = n->next) {
		struct wait *w = container_of(n, struct wait, link);

		if (w->request == r)
			return w;
	}
	return NULL;
}

static void on_gone(struct http_request *r)
{
	struct wait *w = find(r);

	if (w != NULL)
		end_wait(w);
}

static bool is_removed(const struct v1_waiting *w)
{
	return w->backend.index != HANDLE_NONE || w->service.index != HANDLE_NONE;
}

/* Sessions of what was removed: its cell is given to another object when it has none. */
static uint32_t sessions_left(const struct v1_waiting *w)
{
	if (w->backend.index != HANDLE_NONE)
		return registry_backend(w->backend.index, NULL) == NULL
			? active_count(backend_active(w->backend.index)) : 0;
	return registry_service(w->service.index) == NULL
		? active_count(&service_cell(w->service.index)->active) : 0;
}

static bool is_reached(const struct v1_waiting *w, struct text *missing)
{
	uint32_t left;

	if (!is_removed(w))
		return v1_status_reached(w->path, missing);
	left = sessions_left(w);
	if (left != 0) {
		config_words(w->path, missing);
		text_printf(missing, " has %u session%s left", (unsigned)left,
			    left == 1 ? "" : "s");
	}
	return left == 0;
}

static void answer(struct http_request *r, const struct v1_waiting *w)
{
	if (is_removed(w))
		v1_answer_removed(r, w->path);
	else
		v1_answer_now(r, w->path, w->status);
}

static void on_poll(struct timer *t)
{
	struct wait *w = container_of(t, struct wait, poll);
	struct text missing;

	text_init(&missing);
	if (is_reached(&w->waiting, &missing)) {
		answer(w->request, &w->waiting);
		end_wait(w);
	} else {
		timer_set(t, POLL_MS);
	}
	text_close(&missing);
}

static void on_late(struct http_request *r)
{
	struct wait *w = find(r);
	struct text missing;

	text_init(&missing);
	if (is_reached(&w->waiting, &missing))
		answer(r, &w->waiting);
	else
		answer_problem(r, 504, "not settled in time", text_cstr(&missing));
	text_close(&missing);
	end_wait(w);
}

void v1_wait(struct http_request *r, const struct v1_waiting *waiting)
{
	struct arena *arena = arena_new();
	struct wait *w = arena_alloc(arena, sizeof(*w));

	*w = (struct wait){ .arena = arena, .request = r, .waiting = *waiting };
	w->waiting.path = arena_strdup(arena, waiting->path);
	list_append(&all, &w->link);
	timer_setup(&w->poll, on_poll);
	http_on_gone(r, on_gone);
	http_deadline(r, waiting->wait_ms, on_late);
	on_poll(&w->poll);
}
