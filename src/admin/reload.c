/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/reload.h"

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/log_writer.h"
#include "admin/requests.h"

static void on_done(const struct requests_result *result, void *arg)
{
	struct http_request *r = arg;
	json_t *lines = answer_lines(result->text), *body;

	log_writer_catch_up();
	if (result->outcome == REQUEST_UNAVAILABLE) {
		answer_problem_list(r, 503, "not now", lines);
		return;
	}
	if (result->outcome >= REQUEST_REFUSED) {
		answer_problem_list(r, 400, "configuration refused", lines);
		return;
	}
	body = json_pack("{s:b, s:I, s:o}", "applied", 1, "generation",
			 (json_int_t)result->serial, "changes", lines);
	answer_json(r, body);
	json_decref(body);
	answer_send(r, 200);
}

static void on_gone(struct http_request *r)
{
	requests_forget(r);
}

void reload_serve(struct http_request *r, const struct route_captures *captures)
{
	struct slice body = http_body(r);

	(void)captures;
	/* {"dry_run": true} must not be ignored */
	if (body.len != 0 && !slice_is(body, "{}")) {
		answer_problem(r, 400, "bad request", "it takes no body: the file is read again");
		return;
	}
	if (!requests_send(REQUEST_RELOAD, slice_of(""), on_done, r)) {
		answer_problem(r, 503, "too many changes are waiting", NULL);
		return;
	}
	http_on_gone(r, on_gone);
}
