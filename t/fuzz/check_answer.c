/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers of servers to checks of types http and uwsgi. The first byte of an input is how long the
 * pieces are, its high bit whether the request was HEAD, the next one whether heads of CGI are
 * read; the rest is what a server sends before it closes.
 */
#include "target.h"

#include <string.h>

#include "admin/check_answer.h"
#include "core/text.h"

#define MOST 300	/* bytes of a body: little, so that inputs reach it */

static void feed(struct check_answer *a, const uint8_t *data, size_t size, size_t step,
		 struct text *body)
{
	struct slice first;

	check_answer_init(a, (data[-1] & 0x80) != 0);
	a->cgi = (data[-1] & 0x40) != 0;
	for (size_t at = 0; at < size; at += step) {
		size_t n = size - at < step ? size - at : step;
		char *piece = malloc(n);

		HOLDS(piece != NULL);
		memcpy(piece, data + at, n);
		check_answer_feed(a, (struct slice){ piece, n }, body, MOST);
		free(piece);
	}
	HOLDS(body->len <= MOST);
	HOLDS(a->framing <= CHECK_ANSWER_FRAMING + 1);
	check_answer_end(a);
	HOLDS(a->state == ANSWER_DONE || (a->state == ANSWER_BAD && a->why != NULL));
	HOLDS(a->state != ANSWER_DONE || (a->status >= 101 && a->status <= 999));
	HOLDS(a->cgi || !(a->headed || a->typed || a->located));
	HOLDS(!check_answer_foreign(a, &first) || (a->state == ANSWER_BAD && a->status == 0));
	HOLDS(first.len <= CHECK_ANSWER_LINE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct check_answer pieces, whole;
	struct text in_pieces, at_once;

	if (size < 2)
		return 0;
	text_init(&in_pieces);
	text_init(&at_once);
	feed(&pieces, data + 1, size - 1, 1 + (data[0] & 0x3f), &in_pieces);
	feed(&whole, data + 1, size - 1, size, &at_once);
	HOLDS(pieces.state == whole.state && pieces.why == whole.why);
	HOLDS(pieces.status == whole.status);
	HOLDS(slice_equal(text_slice(&in_pieces), text_slice(&at_once)));
	text_close(&in_pieces);
	text_close(&at_once);
	return 0;
}
