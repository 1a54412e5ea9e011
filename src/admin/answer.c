/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/answer.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/http.h"
#include "admin/http_stream.h"
#include "admin/model.h"
#include "config/config.h"
#include "core/scoreboard.h"
#include "core/text.h"

/* What HTTP itself refuses. The last row is for everything else. */
static const struct refusal {
	int         status;
	const char *title;
	const char *detail;
	unsigned    bytes, lines;	/* limits, for the detail */
} refusals[] = {
	{ 413, "body too large", NULL, HTTP_BODY_BYTES, 0 },
	{ 414, "request line too long", NULL, HTTP_LINE_BYTES, 0 },
	{ 417, "expectation failed", "100-continue is the only one", 0, 0 },
	{ 431, "head of the request too large", NULL, HTTP_HEAD_BYTES, HTTP_HEAD_LINES },
	{ 501, "unknown method", NULL, 0, 0 },
	{ 400, "bad request", "it is not valid HTTP", 0, 0 },
};

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

static uint64_t generation(void)
{
	return atomic_load_explicit(&scoreboard_shared()->generation, memory_order_relaxed);
}

/* What is in force is on disk, too. */
static const char *durable(void)
{
	const struct config *config = model_config();

	return config != NULL && config->settings->state != NULL &&
		counter_sum(COUNTER_STATE_ERROR) == 0 ? "yes" : "no";
}

static void add_headers(struct http_request *r, const char *is_durable)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, generation());
	http_header(r, "X-Heddle-Generation", text);
	http_header(r, "X-Heddle-Durable", is_durable);
}

void answer_headers(struct http_request *r)
{
	add_headers(r, durable());
}

static void send_as(struct http_request *r, int status, const char *type)
{
	answer_headers(r);
	http_puts(r, "\n");
	http_answer(r, status, type);
}

void answer_live(struct http_request *r, int status)
{
	add_headers(r, "no");
	http_puts(r, "\n");
	http_answer(r, status, "application/json");
}

void answer_send(struct http_request *r, int status)
{
	send_as(r, status, "application/json");
}

void answer_written(struct http_request *r, int status)
{
	http_puts(r, "\n");
	http_answer(r, status, "application/json");
}

void answer_unchanged(struct http_request *r)
{
	answer_headers(r);
	http_answer(r, 304, "application/json");
}

void answer_stream(struct http_request *r, int status, const char *type,
		   const struct http_stream *stream, void *arg)
{
	answer_headers(r);
	http_stream_begin(r, status, type, stream, arg);
}

static void send_problem(struct http_request *r, int status, json_t *p)
{
	answer_json(r, p);
	json_decref(p);
	send_as(r, status, "application/problem+json");
}

static json_t *problem(int status, const char *title, const char *detail)
{
	json_t *p = json_pack("{s:s, s:s, s:i}", "type", "about:blank", "title", title,
			      "status", status);

	if (detail != NULL)
		json_object_set_new(p, "detail", json_string(detail));
	return p;
}

void answer_problem(struct http_request *r, int status, const char *title, const char *detail)
{
	send_problem(r, status, problem(status, title, detail));
}

static json_t *refusal(int status)
{
	const struct refusal *row = refusals;
	char limits[64];

	while (row->status != status && row != &refusals[COUNT(refusals) - 1])
		row++;
	snprintf(limits, sizeof(limits), row->lines != 0 ? "at most %u bytes and %u lines" :
							   "at most %u bytes",
		 row->bytes, row->lines);
	return problem(status, row->title, row->bytes != 0 ? limits : row->detail);
}

/* shuttle's tree is everything else, and its clients get plain text. "": no path was seen. */
static bool is_ours(const char *path)
{
	static const char *const trees[] = { "/_v1", "/_health", "/_page", "/metrics" };

	for (size_t i = 0; i < COUNT(trees); i++) {
		size_t len = strlen(trees[i]);

		if (strncmp(path, trees[i], len) == 0 && strchr("/?", path[len]) != NULL)
			return true;
	}
	return path[0] != '/';
}

/* "title: detail" */
static char *as_text(const json_t *p)
{
	const char *detail = json_string_value(json_object_get(p, "detail"));
	struct text text;
	char *line;

	text_init(&text);
	text_printf(&text, "%s%s%s", json_string_value(json_object_get(p, "title")),
		    detail != NULL ? ": " : "", detail != NULL ? detail : "");
	line = text.data;	/* free() by the caller, as that of json_dumps() */
	return line;
}

static void send_error(struct http_request *r, int status, json_t *p)
{
	char *line;

	if (is_ours(http_encoded_path(r))) {
		send_problem(r, status, p);
		return;
	}
	line = as_text(p);
	http_puts(r, line);
	free(line);
	json_decref(p);
	send_as(r, status, "text/plain");
}

void answer_error(struct http_request *r, int status, const char *title, const char *detail)
{
	send_error(r, status, problem(status, title, detail));
}

void answer_status(struct http_request *r, int status)
{
	send_error(r, status, refusal(status));
}

void answer_refusal(int status, const char *path, struct text *out)
{
	json_t *p = refusal(status);
	bool ours = is_ours(path);
	char *body = ours ? json_dumps(p, JSON_COMPACT) : as_text(p);

	text_printf(out,
		    "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n"
		    "Cache-Control: no-store\r\nX-Heddle-Generation: %" PRIu64 "\r\n"
		    "X-Heddle-Durable: %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n"
		    "%s\n",
		    status, json_string_value(json_object_get(p, "title")),
		    ours ? "application/problem+json" : "text/plain", generation(), durable(),
		    strlen(body) + 1, body);
	free(body);
	json_decref(p);
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
