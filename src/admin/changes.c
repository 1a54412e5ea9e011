/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/changes.h"

#include <stdio.h>
#include <string.h>

#include "admin/changes_call.h"
#include "admin/changes_call_struct.h"
#include "admin/changes_pace.h"
#include "admin/http.h"
#include "admin/model.h"
#include "admin/requests.h"
#include "config/config_edit_codec.h"
#include "core/arena.h"
#include "core/text.h"
#include "event/event.h"

#define TOGETHER 256		/* calls in one change */
#define WAITING_MOST 1024	/* calls; each has a client that waits */
#define AGAIN_MOST 20		/* times a change may meet another one that was faster */
#define LATE 10			/* times change_timeout: the master stands still */

static struct list waiting = { &waiting, &waiting };	/* the oldest first */
static struct list sent = { &sent, &sent };		/* their change is with the master */
static unsigned waiting_count, alone, again;
static struct changes_pace pace;

static void start(void);

/* The client has gone: what is with the master goes on, the rest need not happen. */
void changes_abandon(struct http_request *r)
{
	struct list *const lists[] = { &waiting, &sent };

	for (size_t i = 0; i < COUNT(lists); i++) {
		for (struct list *n = lists[i]->next; n != lists[i]; n = n->next) {
			struct changes_call *call = container_of(n, struct changes_call, link);

			if (call->request == r)
				call->request = NULL;
		}
	}
}

static void finish(struct changes_call *call, enum changes_outcome outcome, json_t *errors,
		   const char *detail)
{
	list_unlink(&call->link);
	changes_call_finish(call, outcome, errors, detail);
}

static void finish_all(enum changes_outcome outcome, json_t *errors, const char *detail)
{
	struct list over;

	/* done() of one of them may submit another, which is not one of these */
	list_init(&over);
	list_splice(&over, &sent);
	while (!list_empty(&over))
		finish(container_of(over.next, struct changes_call, link), outcome, errors,
		       detail);
}

/* All of them wait again, before those that came later. */
static void take_back(struct list *from)
{
	while (!list_empty(from)) {
		struct list *n = from->prev;

		list_unlink(n);
		list_append(waiting.next, n);	/* before the first */
		waiting_count++;
	}
}

static unsigned count_sent(void)
{
	unsigned n = 0;

	for (struct list *node = sent.next; node != &sent; node = node->next)
		n++;
	return n;
}

static enum changes_outcome outcome_of(enum request_outcome outcome)
{
	static const enum changes_outcome outcomes[] = {
		[REQUEST_APPLIED] = CHANGES_APPLIED,
		[REQUEST_UNCHANGED] = CHANGES_UNCHANGED,
		[REQUEST_UNCONFIRMED] = CHANGES_UNCONFIRMED,
		[REQUEST_REFUSED] = CHANGES_INVALID,
		[REQUEST_CONFLICT] = CHANGES_CONFLICT,
		[REQUEST_STALE] = CHANGES_UNAVAILABLE,
		[REQUEST_NOT_DURABLE] = CHANGES_NOT_DURABLE,
		[REQUEST_UNAVAILABLE] = CHANGES_UNAVAILABLE,
	};

	return outcome < COUNT(outcomes) ? outcomes[outcome] : CHANGES_UNAVAILABLE;
}

static void answer_all(const struct requests_result *result)
{
	enum changes_outcome outcome = outcome_of(result->outcome);
	json_t *errors = NULL;
	struct text detail;

	text_init(&detail);
	if (outcome >= CHANGES_INVALID)
		errors = json_loadb(result->text.data, result->text.len, 0, NULL);
	else
		text_append(&detail, result->text.data, result->text.len);
	if (errors == NULL)
		errors = json_array();
	finish_all(outcome, errors, text_cstr(&detail));
	json_decref(errors);
	text_close(&detail);
}

/*
 * Another change was faster: what was evaluated against the one before is evaluated again. Of
 * several that cannot be in force together each is tried by itself, so that each gets its own
 * answer.
 */
static void on_result(const struct requests_result *result, void *arg)
{
	unsigned count = count_sent();
	bool refused = result->outcome == REQUEST_CONFLICT || result->outcome == REQUEST_REFUSED;

	(void)arg;
	if (result->outcome == REQUEST_STALE && again < AGAIN_MOST) {
		again++;
		take_back(&sent);
	} else if (refused && count > 1) {
		alone = count;
		take_back(&sent);
	} else {
		again = 0;
		if (alone == 0)
			changes_pace_end(&pace, loop_now(), count, waiting_count);
		answer_all(result);
	}
	start();
}

/* Moves the next call from those that wait; false: it does not go with this change. */
static bool take_next(struct config *next, struct text *edits, struct list *later)
{
	struct changes_call *call = container_of(waiting.next, struct changes_call, link);

	list_unlink(&call->link);
	waiting_count--;
	if (call->request == NULL) {
		changes_call_free(call);
		return false;
	}
	switch (changes_call_evaluate(call, next, !list_empty(&sent))) {
	case CHANGES_GOES:
		break;
	case CHANGES_OVER:
		changes_call_free(call);
		return false;
	case CHANGES_LATER:
		list_append(later, &call->link);
		return false;
	}
	for (size_t i = 0; i < call->edit_count; i++)
		config_edit_codec_encode(&call->edits[i], edits);
	list_append(&sent, &call->link);
	return true;
}

static const char *who(void)
{
	const struct changes_call *first = container_of(sent.next, struct changes_call, link);

	for (struct list *n = sent.next; n != &sent; n = n->next) {
		if (strcmp(container_of(n, struct changes_call, link)->by, first->by) != 0)
			return "api";
	}
	return first->by;
}

static void send_edits(struct text *edits)
{
	struct message_edits head = { .serial = model_generation() };
	struct text value;

	snprintf(head.by, sizeof(head.by), "%s", who());
	text_init(&value);
	text_append(&value, &head, sizeof(head));
	text_append(&value, edits->data, edits->len);
	if (!requests_send(REQUEST_EDIT, text_slice(&value), on_result, &sent)) {
		json_t *none = json_array();

		finish_all(CHANGES_UNAVAILABLE, none, "the change is too large");
		json_decref(none);
		start();	/* what waits behind it */
	}
	text_close(&value);
}

static void on_pace(struct timer *t)
{
	(void)t;
	start();
}

static bool keeps_pace(void)
{
	static struct timer timer = { .handler = on_pace };
	uint64_t wait = changes_pace_wait(&pace, loop_now(), waiting_count);

	if (wait > 0)
		timer_set(&timer, wait);
	else
		timer_cancel(&timer);
	return wait == 0;
}

/* As many of those that wait as go together. */
static void start(void)
{
	struct config *next;
	struct text edits;
	struct list later;

	if (!list_empty(&sent) || list_empty(&waiting) || !keeps_pace())
		return;
	next = config_share(model_config());
	text_init(&edits);
	list_init(&later);
	for (unsigned n = 0; n < TOGETHER && !list_empty(&waiting) &&
	     edits.len < MESSAGE_VALUE_MAX / 4;) {
		n += take_next(next, &edits, &later);
		if (alone > 0 && n == 1) {
			alone--;
			break;
		}
	}
	config_free(next);
	take_back(&later);
	if (!list_empty(&sent)) {
		changes_pace_begin(&pace, loop_now());
		send_edits(&edits);
	}
	text_close(&edits);
}

static void submit(struct http_request *r, struct changes_call *call)
{
	http_on_gone(r, changes_abandon);
	if (waiting_count == WAITING_MOST) {
		json_t *none = json_array();

		changes_call_finish(call, CHANGES_UNAVAILABLE, none, "too many changes wait");
		json_decref(none);
		return;
	}
	list_append(&waiting, &call->link);
	waiting_count++;
	start();
}

void changes_submit(struct http_request *r, const struct changes_handlers *handlers, void *arg,
		    const char *by, bool dry_run)
{
	submit(r, changes_call_new(r, handlers, arg, by, dry_run));
}

void changes_submit_copy(struct http_request *r, const struct changes_handlers *handlers,
			 const void *arg, size_t size, const char *by, bool dry_run)
{
	struct changes_call *call = changes_call_new(r, handlers, NULL, by, dry_run);

	call->arg = arena_alloc(call->arena, size);
	memcpy(call->arg, arg, size);
	submit(r, call);
}

/* The master answers much earlier, or says which process does not. */
uint64_t changes_deadline(void)
{
	return LATE * model_config()->settings->change_timeout_ms;
}
