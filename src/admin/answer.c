/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/answer.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

#include "admin/http.h"
#include "core/scoreboard.h"

static int write_piece(const char *bytes, size_t len, void *r)
{
	http_write(r, bytes, len);
	return 0;
}

void answer_json(struct http_request *r, const json_t *value)
{
	json_dump_callback(value, write_piece, r,
			   JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

static void send_as(struct http_request *r, int status, const char *type)
{
	char generation[24];

	snprintf(generation, sizeof(generation), "%" PRIu64,
		 atomic_load_explicit(&scoreboard_shared()->generation, memory_order_relaxed));
	http_header(r, "X-Heddle-Generation", generation);
	http_puts(r, "\n");
	http_answer(r, status, type);
}

void answer_send(struct http_request *r, int status)
{
	send_as(r, status, "application/json");
}

static void send_problem(struct http_request *r, int status, json_t *problem)
{
	answer_json(r, problem);
	json_decref(problem);
	send_as(r, status, "application/problem+json");
}

void answer_problem(struct http_request *r, int status, const char *title, const char *detail)
{
	json_t *problem = json_pack("{s:s, s:s, s:i}", "type", "about:blank", "title", title,
				    "status", status);

	if (detail != NULL)
		json_object_set_new(problem, "detail", json_string(detail));
	send_problem(r, status, problem);
}

void answer_problem_list(struct http_request *r, int status, const char *title, json_t *errors)
{
	send_problem(r, status, json_pack("{s:s, s:s, s:i, s:o}", "type", "about:blank", "title",
					  title, "status", status, "errors", errors));
}

json_t *answer_lines(struct slice text)
{
	const char *at = text.data, *end = text.data + text.len;
	json_t *lines = json_array();

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if (stop != at)
			json_array_append_new(lines, json_stringn(at, (size_t)(stop - at)));
		at = stop + 1;
	}
	return lines;
}
