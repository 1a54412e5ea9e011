/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/http_head.h"

#include <string.h>

#include "admin/http.h"

void http_head_begin(struct http_head *head)
{
	*head = (struct http_head){ .bytes = 0 };
}

static void end_line(struct http_head *head)
{
	head->whole = head->line == 0;
	head->line = 0;
	head->lines += !head->whole;
	if (head->status == 0 && head->lines > HTTP_HEAD_LINES)
		head->status = 431;
}

/* "GET /path HTTP/1.1": what is between the first two blanks. */
static void add_to_path(struct http_head *head, char c)
{
	size_t len = strlen(head->path);

	if (c == ' ')
		head->blanks++;
	else if (head->blanks == 1 && c != '\r' && len + 1 < sizeof(head->path))
		head->path[len] = c;
}

static void add(struct http_head *head, char c)
{
	head->bytes++;
	if (head->status == 0 && head->bytes > HTTP_HEAD_BYTES)
		head->status = 431;
	if (c == '\n') {
		end_line(head);
		return;
	}
	if (head->lines == 0 && head->line < HTTP_LINE_BYTES)
		add_to_path(head, c);
	head->line += c != '\r';
	if (head->status == 0 && head->lines == 0 && head->line > HTTP_LINE_BYTES)
		head->status = 414;
}

void http_head_scan(struct http_head *head, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len && !head->whole; i++)
		add(head, bytes.data[i]);
}
