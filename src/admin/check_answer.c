/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/check_answer.h"

#include <string.h>
#include <strings.h>

#include "core/text.h"

#define STATUS_LINE 12	/* bytes of "HTTP/1.1 200" */

static const char foreign[] = "does not begin with HTTP/1";
static const char foreign_cgi[] = "begins neither with HTTP/1 nor with a header";

void check_answer_init(struct check_answer *a, bool bodyless)
{
	*a = (struct check_answer){ .state = ANSWER_STATUS, .bodyless = bodyless };
}

static void fail(struct check_answer *a, const char *why)
{
	a->state = ANSWER_BAD;
	a->why = why;
}

/* The line as far as it was kept, without its end. */
static struct slice line_of(const struct check_answer *a)
{
	struct slice line = { a->line, a->len < sizeof(a->line) ? a->len : sizeof(a->line) };

	if (line.len != 0 && a->len <= sizeof(a->line) && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* What a header has to say; false: it is another one. */
static bool is_header(struct slice line, const char *name, struct slice *value)
{
	size_t len = strlen(name);

	if (line.len <= len || line.data[len] != ':' || strncasecmp(line.data, name, len) != 0)
		return false;
	*value = slice_after(line, len + 1);
	while (value->len != 0 && strchr(" \t", value->data[0]) != NULL)
		*value = slice_after(*value, 1);
	while (value->len != 0 && strchr(" \t", value->data[value->len - 1]) != NULL)
		value->len--;
	return true;
}

static const char *no_status(const struct check_answer *a)
{
	return a->state == ANSWER_CGI ? "has a Status that is none" :
					"has no status in its first line";
}

/* Three digits. */
static void read_status(struct check_answer *a, const char *digits)
{
	unsigned status = 0;

	for (unsigned i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '9') {
			fail(a, no_status(a));
			return;
		}
		status = status * 10 + (unsigned)(digits[i] - '0');
	}
	if (status < 100) {
		fail(a, no_status(a));
		return;
	}
	a->interim = status < 200 && status != 101;
	if (!a->interim)
		a->status = (uint16_t)status;
}

static bool is_token(char c)
{
	/* RFC 9110, token; NUL is none of them */
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static void fail_header(struct check_answer *a)
{
	fail(a, a->headed ? "has a line in its head that is no header" : foreign_cgi);
}

/* A line of a head of CGI, byte by byte: it begins with a name and a colon. */
static void check_name(struct check_answer *a)
{
	size_t kept = a->len < sizeof(a->line) ? a->len : sizeof(a->line), name = 0;
	bool ends = a->headed && a->len == 1 && a->line[0] == '\r';

	while (name < kept && is_token(a->line[name]))
		name++;
	if (ends || (name == kept && kept < sizeof(a->line)))
		return;
	if (name == 0 || name == kept || a->line[name] != ':')
		fail_header(a);
}

/* The first line, byte by byte: what cannot become a status line is known early. */
static void check_first(struct check_answer *a, bool ended)
{
	static const char form[] = "HTTP/1.";
	size_t shown = a->len < sizeof(form) - 1 ? a->len : sizeof(form) - 1;
	bool blank = a->len <= STATUS_LINE || strchr(" \r", a->line[STATUS_LINE]) != NULL;

	if (memcmp(a->line, form, shown) != 0 || (ended && a->len < sizeof(form) - 1)) {
		a->state = a->cgi ? ANSWER_CGI : a->state;
		if (a->cgi)
			check_name(a);
		else
			fail(a, foreign);
	} else if ((a->len > 8 && a->line[8] != ' ') || !blank || (ended && a->len < STATUS_LINE)) {
		fail(a, no_status(a));
	} else if (a->status == 0 && !a->interim &&
		   a->len == (ended ? STATUS_LINE : STATUS_LINE + 1)) {
		read_status(a, a->line + STATUS_LINE - 3);
	}
}

static bool read_length(struct check_answer *a, struct slice value)
{
	uint64_t length = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] < '0' || value.data[i] > '9' || length > UINT64_MAX / 100)
			return false;
		length = length * 10 + (uint64_t)(value.data[i] - '0');
	}
	if (value.len == 0 || (a->sized && length != a->left))
		return false;
	a->sized = true;
	a->left = length;
	return true;
}

static void read_header(struct check_answer *a)
{
	struct slice value;

	if (a->interim)
		return;
	if (is_header(line_of(a), "content-length", &value)) {
		if (!read_length(a, value))
			fail(a, "has a Content-Length that is none");
	} else if (is_header(line_of(a), "transfer-encoding", &value)) {
		if (value.len == 7 && strncasecmp(value.data, "chunked", 7) == 0)
			a->chunked = true;
		else
			fail(a, "has a Transfer-Encoding other than chunked");
	}
}

/* "Status: 200 OK", among other headers. */
static void read_cgi(struct check_answer *a)
{
	struct slice line = line_of(a), value;

	if (line.len == 0 || memchr(line.data, ':', line.len) == NULL) {
		fail_header(a);
		return;
	}
	a->headed = true;
	if (!is_header(line, "status", &value)) {
		a->typed |= is_header(line, "content-type", &value);
		a->located |= is_header(line, "location", &value);
		read_header(a);
	} else if (value.len < 3 || (value.len > 3 && strchr(" \t", value.data[3]) == NULL)) {
		fail(a, no_status(a));
	} else {
		read_status(a, value.data);
		if (a->state == ANSWER_CGI)
			a->state = ANSWER_HEADER;
	}
}

static void end_head(struct check_answer *a)
{
	if (a->interim) {
		a->interim = false;
		a->headed = a->typed = a->located = false;
		a->state = ANSWER_STATUS;
	} else if (a->bodyless || a->status == 204 || a->status == 304 || a->status == 101) {
		a->state = ANSWER_DONE;
	} else if (a->chunked) {
		a->state = ANSWER_CHUNK_SIZE;
	} else if (a->sized) {
		a->state = a->left != 0 ? ANSWER_SIZED : ANSWER_DONE;
	} else {
		a->state = ANSWER_UNTIL_CLOSED;
	}
}

/* All of a head of CGI without Status: the script may leave it out (RFC 3875, 6.2 and 6.3.3). */
static void end_cgi(struct check_answer *a)
{
	if (!a->typed && !a->located) {
		fail(a, "has no Status, Content-Type or Location in its head");
		return;
	}
	a->status = a->located ? 302 : 200;
	end_head(a);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "1a;name=value" */
static void read_chunk_size(struct check_answer *a)
{
	struct slice line = line_of(a);
	uint64_t size = 0;
	size_t i = 0;

	for (; i < line.len && hex(line.data[i]) >= 0 && size < UINT64_MAX / 16; i++)
		size = size * 16 + (uint64_t)hex(line.data[i]);
	if (i == 0 || (i < line.len && strchr("; \t", line.data[i]) == NULL)) {
		fail(a, "has a chunk without a size");
		return;
	}
	a->left = size;
	a->state = size != 0 ? ANSWER_CHUNK : ANSWER_TRAILER;
}

static bool is_foreign(const struct check_answer *a)
{
	return a->why == foreign || a->why == foreign_cgi;
}

static void end_line(struct check_answer *a)
{
	bool empty = line_of(a).len == 0 && a->len <= 1;

	switch (a->state) {
	case ANSWER_STATUS:
		check_first(a, true);
		if (a->state == ANSWER_STATUS)
			a->state = ANSWER_HEADER;
		else if (a->state == ANSWER_CGI)
			read_cgi(a);
		break;
	case ANSWER_CGI:
		if (empty)
			end_cgi(a);
		else
			read_cgi(a);
		break;
	case ANSWER_HEADER:
		if (empty)
			end_head(a);
		else
			read_header(a);
		break;
	case ANSWER_CHUNK_SIZE:
		read_chunk_size(a);
		break;
	case ANSWER_CHUNK_END:
		if (empty)
			a->state = ANSWER_CHUNK_SIZE;
		else
			fail(a, "has a chunk that is longer than its size");
		break;
	default:
		if (empty)
			a->state = ANSWER_DONE;
	}
	if (!is_foreign(a))	/* else the line is shown, with its end */
		a->len = 0;
}

static void take_line(struct check_answer *a, char c)
{
	if (++a->framing > CHECK_ANSWER_FRAMING) {
		fail(a, "has a head of more than 64 kB, or as much around its chunks");
		return;
	}
	if (c == '\n')
		end_line(a);
	if (c == '\n' && !is_foreign(a))
		return;
	if (a->len < sizeof(a->line))
		a->line[a->len] = c;
	a->len++;
	if (a->state == ANSWER_STATUS)
		check_first(a, false);
	else if (a->state == ANSWER_CGI)
		check_name(a);
}

/* The front of `bytes` that belongs to the body: how many that were. */
static size_t take_body(struct check_answer *a, struct slice bytes, struct text *body, size_t most)
{
	size_t n = bytes.len, room = most > body->len ? most - body->len : 0;

	if (a->state != ANSWER_UNTIL_CLOSED && n > a->left)
		n = (size_t)a->left;
	text_append(body, bytes.data, n < room ? n : room);
	if (a->state != ANSWER_UNTIL_CLOSED) {
		a->left -= n;
		if (a->left == 0)
			a->state = a->state == ANSWER_CHUNK ? ANSWER_CHUNK_END : ANSWER_DONE;
	}
	if (n >= room)
		a->state = ANSWER_DONE;
	return n;
}

void check_answer_feed(struct check_answer *a, struct slice bytes, struct text *body, size_t most)
{
	while (bytes.len != 0 && a->state < ANSWER_DONE) {
		size_t n = 1;

		if (a->state >= ANSWER_SIZED)
			n = take_body(a, bytes, body, most);
		else
			take_line(a, bytes.data[0]);
		bytes = slice_after(bytes, n);
	}
	/* the rest of what is no HTTP, for the message */
	for (size_t i = 0; is_foreign(a) && i < bytes.len && a->len < sizeof(a->line); i++)
		a->line[a->len++] = bytes.data[i];
}

static void end_within_head(struct check_answer *a)
{
	if (a->state == ANSWER_CGI && !a->headed &&
	    memchr(a->line, ':', line_of(a).len) == NULL)
		fail_header(a);
	else
		fail(a, "ends within its head");
}

void check_answer_end(struct check_answer *a)
{
	switch (a->state) {
	case ANSWER_STATUS:
		if (a->framing == 0)
			fail(a, "is missing: closed without one");
		else if (a->len != 0)
			check_first(a, true);
		if (a->state != ANSWER_BAD)
			end_within_head(a);
		break;
	case ANSWER_CGI:
	case ANSWER_HEADER:
		end_within_head(a);
		break;
	case ANSWER_UNTIL_CLOSED:
		a->state = ANSWER_DONE;
		break;
	case ANSWER_DONE:
	case ANSWER_BAD:
		break;
	default:
		fail(a, "ends within its body");
	}
}

bool check_answer_foreign(const struct check_answer *a, struct slice *first)
{
	*first = line_of(a);
	return is_foreign(a);
}
