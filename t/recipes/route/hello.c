/* SPDX-License-Identifier: BSD-2-Clause */
/* A path of the control socket with two captures; its answer is sent in pieces. */
#include <stdio.h>
#include <stdlib.h>

#include "admin/answer.h"
#include "admin/http_stream.h"
#include "admin/route.h"

#define PIECES 3

struct hello {
	unsigned count;
	char     text[300];
};

route_handler hello_serve;

static void more(struct http_request *r, void *arg)
{
	struct hello *hello = arg;
	char line[320];

	hello->count++;
	snprintf(line, sizeof(line), "%u: %s\n", hello->count, hello->text);
	http_puts(r, line);
	if (hello->count == PIECES)
		http_stream_end(r);
}

static void over(void *arg, bool whole)
{
	(void)whole;
	free(arg);
}

void hello_serve(struct http_request *r, const struct route_captures *captures)
{
	static const struct http_stream stream = { more, over };
	struct hello *hello = calloc(1, sizeof(*hello));

	if (hello == NULL) {
		answer_problem(r, 503, "out of memory", NULL);
		return;
	}
	snprintf(hello->text, sizeof(hello->text), "hello %s from %s",
		 captures->text[ROUTE_SERVICE], captures->text[ROUTE_BACKEND]);
	answer_stream(r, 200, "text/plain", &stream, hello);
}
