/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/shuttle_answer.h"

#include "admin/answer.h"
#include "admin/http.h"
#include "admin/model.h"
#include "config/shuttle_config.h"
#include "core/text.h"

#define TYPE "text/plain; charset=utf-8"

static void send_text(struct http_request *r, int status)
{
	answer_headers(r);
	http_answer(r, status, TYPE);
}

void shuttle_answer_written(struct http_request *r, int status)
{
	http_puts(r, "\n");
	http_answer(r, status, TYPE);
}

void shuttle_answer(struct http_request *r, int status, const struct text *body)
{
	http_write(r, body->data, body->len);
	send_text(r, status);
}

void shuttle_answer_empty(struct http_request *r)
{
	/* shuttle sends no type; without one, evhttp would call it HTML */
	send_text(r, 200);
}

void shuttle_answer_error(struct http_request *r, int status, const char *text)
{
	http_puts(r, text);
	http_puts(r, "\n");
	http_header(r, "X-Content-Type-Options", "nosniff");
	send_text(r, status);
}

void shuttle_answer_redirect(struct http_request *r, const char *to)
{
	http_header(r, "Location", to);
	send_text(r, 301);
}

void shuttle_answer_not_found(struct http_request *r)
{
	shuttle_answer_error(r, 404, "404 page not found");
}

void shuttle_answer_config(struct http_request *r)
{
	const struct config *config = model_config();
	struct text body;

	text_init(&body);
	shuttle_config_print(config, shuttle_config_dialect(config->settings), &body);
	shuttle_answer(r, 200, &body);
	text_close(&body);
}
