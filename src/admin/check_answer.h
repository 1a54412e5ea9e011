/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The answer of an HTTP server, read in pieces of any size, as RFC 9112 frames it: status, and the
 * body with chunks taken apart. It keeps one short line and counts the rest: whatever a server
 * sends costs no more than this struct and the part of the body that is asked for. A head without
 * a status line, as CGI has it (RFC 3875), is read where the user allows it.
 */
#ifndef ADMIN_CHECK_ANSWER_H
#define ADMIN_CHECK_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"

struct text;

#define CHECK_ANSWER_LINE 120		/* bytes of a line that are looked at */
#define CHECK_ANSWER_FRAMING 65536	/* bytes of head, chunk sizes and trailers at most */

enum check_answer_state {
	ANSWER_STATUS, ANSWER_CGI, ANSWER_HEADER,
	ANSWER_CHUNK_SIZE, ANSWER_CHUNK_END, ANSWER_TRAILER,
	ANSWER_SIZED, ANSWER_CHUNK, ANSWER_UNTIL_CLOSED,
	ANSWER_DONE, ANSWER_BAD
};

struct check_answer {
	uint8_t     state;	/* enum check_answer_state */
	bool        bodyless;	/* the answer to HEAD */
	bool        chunked, sized;
	uint16_t    status;	/* of the final answer: 100 to 999; 0: not known yet */
	bool        cgi;	/* set by the user: a head of CGI is read, too */
	bool        headed, typed, located;	/* ANSWER_CGI: any header, Content-Type, Location */
	bool        interim;	/* this head is of a 1xx answer, the final one follows */
	uint32_t    framing;	/* bytes received that are not body */
	uint64_t    left;	/* bytes of the body or chunk that are missing */
	const char *why;	/* ANSWER_BAD: what is wrong */
	uint32_t    len;	/* of the line so far, more than is kept */
	char        line[CHECK_ANSWER_LINE];
};

void check_answer_init(struct check_answer *a, bool bodyless);
/* More bytes. Those of the body are appended to `body` up to `most`; then it is done. */
void check_answer_feed(struct check_answer *a, struct slice bytes, struct text *body, size_t most);
/* The server has closed: the state is DONE or BAD now. */
void check_answer_end(struct check_answer *a);
/* ANSWER_BAD because it is no HTTP (and no CGI) at all: its first bytes. */
bool check_answer_foreign(const struct check_answer *a, struct slice *first);

#endif
