/* SPDX-License-Identifier: BSD-2-Clause */
/* POST /_v1/check: checks now, and answers when every result is there. */
#include "admin/v1.h"

#include <string.h>

#include "admin/answer.h"
#include "admin/backend_status.h"
#include "admin/checker.h"
#include "admin/http.h"
#include "admin/long_work.h"
#include "admin/v1_word.h"
#include "config/config_members.h"
#include "core/arena.h"
#include "event/event.h"
#include "proxy/registry.h"
#include "proxy/service.h"

#define ANSWER_MS 5000	/* then what is there is answered */
#define POLL_MS 20
#define NAME_BYTES 256

struct asked {
	struct handle service, backend;
	uint64_t      before;	/* results that its cell had */
};

struct check_call {
	struct list          link;
	struct arena        *arena;	/* owns this */
	struct http_request *request;
	struct timer         poll;
	struct asked        *list;
	size_t               count, done;	/* those before `done` have a result, or are gone */
};

static struct list all = { &all, &all };

static uint64_t results(const struct backend *b)
{
	const struct backend_cell *cell = backend_cell(b->handle.index);

	return cell->checks_passed + cell->checks_failed;
}

/* NULL: it is gone. */
static const struct backend *find_asked(const struct asked *a, const struct service **s)
{
	const struct backend *b = registry_backend(a->backend.index, NULL);

	*s = registry_service(a->service.index);
	return b != NULL && *s != NULL && handle_equal(b->handle, a->backend) &&
		       handle_equal((*s)->handle, a->service) ? b : NULL;
}

static bool has_result(const struct asked *a)
{
	const struct service *s;
	const struct backend *b = find_asked(a, &s);

	return b == NULL || results(b) != a->before;
}

static json_t *result_of(const struct backend *b)
{
	char reason[CHECKER_FAILURE];
	bool failed = checker_failure(b, reason, sizeof(reason));

	return json_pack("{s:b, s:s, s:s?}", "passed", !failed, "status",
			 backend_status_word(b), "reason", failed ? reason : NULL);
}

static void answer(const struct check_call *c, bool complete)
{
	json_t *backends = json_object(), *body;
	const struct service *s;

	for (size_t i = 0; i < c->count; i++) {
		const struct backend *b = find_asked(&c->list[i], &s);

		long_work_step();
		if (b == NULL || results(b) == c->list[i].before)
			continue;
		json_object_set_new(backends, arena_printf(c->arena, "%s/%s", s->name, b->name),
				    result_of(b));
	}
	body = json_pack("{s:b, s:o}", "complete", complete, "backends", backends);
	answer_json(c->request, body);
	json_decref(body);
	answer_send(c->request, 200);
}

static void end_call(struct check_call *c)
{
	timer_cancel(&c->poll);
	list_unlink(&c->link);
	arena_free(c->arena);
}

static struct check_call *find_call(const struct http_request *r)
{
	struct list *node = all.next;

	while (container_of(node, struct check_call, link)->request != r)
		node = node->next;
	return container_of(node, struct check_call, link);
}

static void on_gone(struct http_request *r)
{
	end_call(find_call(r));
}

static void on_late(struct http_request *r)
{
	struct check_call *c = find_call(r);

	answer(c, false);
	end_call(c);
}

static void on_poll(struct timer *t)
{
	struct check_call *c = container_of(t, struct check_call, poll);

	while (c->done < c->count && has_result(&c->list[c->done]))
		c->done++;
	if (c->done < c->count) {
		timer_set(t, POLL_MS);
		return;
	}
	answer(c, true);
	end_call(c);
}

static void add_service(struct check_call *c, const struct service *s, const char *backend)
{
	for (uint32_t i = 0; i < s->set.count; i++) {
		const struct backend *b = s->set.list[i];

		if (backend[0] != '\0' && strcmp(b->name, backend) != 0 &&
		    !(config_members_is_member(b->conf) && config_members_named(backend, b->name)))
			continue;
		if (checker_start(s, b))
			c->list[c->count++] = (struct asked){ s->handle, b->handle, results(b) };
	}
}

static size_t count_all(void)
{
	const struct list *services = registry_services();
	size_t count = 0;

	for (struct list *n = services->next; n != services; n = n->next)
		count += container_of(n, struct service, link)->set.count;
	return count;
}

/* `only`: NULL for all services. */
static struct check_call *begin(struct http_request *r, const struct service *only,
				const char *backend)
{
	const struct list *services = registry_services();
	struct arena *arena = arena_new();
	struct check_call *c = arena_alloc(arena, sizeof(*c));

	*c = (struct check_call){ .arena = arena, .request = r };
	c->list = arena_alloc(arena, (only != NULL ? only->set.count : count_all()) *
					     sizeof(*c->list));
	list_append(&all, &c->link);
	timer_setup(&c->poll, on_poll);
	if (only != NULL)
		add_service(c, only, backend);
	for (struct list *n = services->next; only == NULL && n != services; n = n->next)
		add_service(c, container_of(n, struct service, link), "");
	return c;
}

void v1_check_serve(struct http_request *r, const struct route_captures *captures)
{
	char service[NAME_BYTES], backend[NAME_BYTES];
	const struct service *only = NULL;
	struct check_call *c;

	(void)captures;
	if (!v1_words_read(r, (struct v1_word[]){ { "service", service, sizeof(service) },
						   { "backend", backend, sizeof(backend) } }, 2) ||
	    (backend[0] != '\0' && service[0] == '\0')) {
		answer_problem(r, 400, "bad request",
			       "write {\"service\": S}, {\"service\": S, \"backend\": B}, "
			       "?service=S, ?service=S&backend=B, or nothing for all");
		return;
	}
	if (service[0] != '\0' && (only = registry_find(service)) == NULL) {
		answer_problem(r, 404, "no such service", service);
		return;
	}
	c = begin(r, only, backend);
	if (c->count == 0 && service[0] != '\0') {
		end_call(c);
		answer_problem(r, 404, "no such check",
			       "no backend of that name has a check; see check: of heddle.yaml(5)");
		return;
	}
	http_on_gone(r, on_gone);
	http_deadline(r, ANSWER_MS, on_late);
	on_poll(&c->poll);
}
