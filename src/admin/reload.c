/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/reload.h"

#include <stdatomic.h>

#include "admin/answer.h"
#include "admin/http.h"
#include "core/base.h"
#include "core/scoreboard.h"
#include "process/child.h"

#define PENDING 64	/* reloads asked for and not answered, at once */

static struct pending {
	uint32_t             id;
	struct http_request *request;	/* NULL: free */
} pending[PENDING];

static uint32_t last_id;

void reload_serve(struct http_request *r, const char *rest)
{
	(void)rest;
	for (unsigned i = 0; i < PENDING; i++) {
		if (pending[i].request != NULL)
			continue;
		pending[i] = (struct pending){ ++last_id, r };
		child_ask_reload(last_id);
		return;
	}
	answer_problem(r, 503, "too many reloads are waiting", NULL);
}

static void answer(struct http_request *r, bool applied, struct slice text)
{
	json_t *lines = answer_lines(text), *body;
	uint64_t generation = atomic_load_explicit(&scoreboard_shared()->generation,
						   memory_order_relaxed);

	if (!applied) {
		answer_problem_list(r, 400, "configuration refused", lines);
		return;
	}
	body = json_pack("{s:b, s:I, s:o}", "applied", 1, "generation", (json_int_t)generation,
			 "changes", lines);
	answer_json(r, body);
	json_decref(body);
	answer_send(r, 200);
}

void reload_done(uint32_t id, bool applied, struct slice text)
{
	for (unsigned i = 0; i < PENDING; i++) {
		struct http_request *r = pending[i].request;

		if (r == NULL || pending[i].id != id)
			continue;
		pending[i].request = NULL;
		answer(r, applied, text);
		return;
	}
}

void reload_forget(void)
{
	for (unsigned i = 0; i < PENDING; i++)
		pending[i].request = NULL;
}
