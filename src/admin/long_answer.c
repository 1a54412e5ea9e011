/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/long_answer.h"

#include "admin/http.h"
#include "core/arena.h"
#include "core/clock.h"
#include "core/list.h"
#include "core/text.h"
#include "event/event.h"

struct long_answer {
	struct list                    link;
	struct arena                  *arena;	/* owns this */
	struct http_request           *request;
	const struct long_answer_kind *kind;
	void                          *arg;
};

static struct list waiting = { &waiting, &waiting };	/* whose turn it is comes first */
static struct timer turn;
static struct text piece;	/* what a slice has written; kept for the next */

static void end(struct long_answer *a)
{
	list_unlink(&a->link);
	if (list_empty(&waiting)) {
		timer_cancel(&turn);
		text_close(&piece);
	}
	a->kind->over(a->arg);
	arena_free(a->arena);
}

static void on_gone(struct http_request *r)
{
	for (struct list *node = waiting.next; node != &waiting; node = node->next) {
		struct long_answer *a = container_of(node, struct long_answer, link);

		if (a->request == r) {
			end(a);
			return;
		}
	}
}

/* false: it is whole. */
static bool write_slice(struct long_answer *a)
{
	uint64_t until = clock_us() + LONG_ANSWER_US;
	bool more;

	do
		more = a->kind->step(a->arg, &piece);
	while (more && clock_us() < until);
	http_write(a->request, piece.data, piece.len);
	text_clear(&piece);
	return more;
}

static void advance(struct long_answer *a)
{
	struct http_request *r = a->request;

	if (write_slice(a)) {
		list_unlink(&a->link);
		list_append(&waiting, &a->link);
		timer_set(&turn, LONG_ANSWER_PAUSE_MS);
		return;
	}
	a->request = NULL;
	a->kind->send(r, a->arg);
	end(a);
}

static void on_turn(struct timer *t)
{
	timer_set(t, LONG_ANSWER_PAUSE_MS);
	advance(container_of(waiting.next, struct long_answer, link));
}

void long_answer(struct http_request *r, const struct long_answer_kind *kind, void *arg)
{
	struct arena *arena;
	struct long_answer *a;

	if (!http_take_over(r, on_gone)) {
		kind->over(arg);
		return;
	}
	if (turn.handler == NULL)
		timer_setup(&turn, on_turn);
	arena = arena_new();
	a = arena_alloc(arena, sizeof(*a));
	*a = (struct long_answer){ .arena = arena, .request = r, .kind = kind, .arg = arg };
	list_append(&waiting, &a->link);
	advance(a);
}
