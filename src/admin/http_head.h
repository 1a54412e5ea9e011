/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts the head of a request (request line and header lines) while its bytes arrive.
 * evhttp answers 400 to everything that it refuses, and has no limit for lines: what
 * was too long, and where the head ends, is found out here.
 */
#ifndef ADMIN_HTTP_HEAD_H
#define ADMIN_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/slice.h"

struct http_head {
	size_t   bytes;	/* of the head, with the ends of lines */
	size_t   line;	/* of the current line, without its end */
	unsigned lines;	/* that are complete */
	bool     whole;	/* the empty line was there; what follows is body */
	char     path[32];	/* of the request line, its beginning; terminated by NUL */
	unsigned blanks;	/* seen in the request line */
	int      status;	/* 414 or 431 as soon as something is too long, or 0 */
};

void http_head_begin(struct http_head *head);
/* The next bytes. They may go on behind the end of the head. */
void http_head_scan(struct http_head *head, struct slice bytes);

#endif
