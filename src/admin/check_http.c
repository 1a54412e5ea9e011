/* SPDX-License-Identifier: BSD-2-Clause */
/* The check that sends a request of HTTP/1.1 and looks at the answer: its status, and its body. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "admin/check_answer.h"
#include "admin/check_excerpt.h"
#include "admin/check_kind.h"
#include "admin/check_pattern.h"
#include "admin/check_status.h"
#include "admin/probe.h"
#include "config/conf_bytes.h"
#include "config/conf_types.h"
#include "core/units.h"

struct http_conf {
	uint64_t           given;
	const char        *method, *path, *host, *headers;
	struct conf_ranges status;
	const char        *body, *body_regex;
};

#define AT(field) offsetof(struct http_conf, field)

static const struct directive rows[] = {
	{ "method", &conf_http_method, AT(method), "GET", APPLIES_LIVE, FROM_API, NULL, NULL,
	  "Method of the request." },
	{ "path", &conf_http_path, AT(path), "/", APPLIES_LIVE, FROM_API, NULL, NULL,
	  "Path of the request, with its query." },
	{ "host", &conf_http_host, AT(host), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "Host header of the request; without it, the address that is checked." },
	{ "headers", &conf_http_headers, AT(headers), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "Other headers of the request, by name." },
	{ "status", &conf_ranges, AT(status), "200-399", APPLIES_LIVE, FROM_API,
	  &check_status_bounds, NULL,
	  "Statuses that pass: numbers and ranges." },
	{ "body", &conf_bytes, AT(body), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "A text that the body must have in it." },
	{ "body_regex", &conf_regex, AT(body_regex), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "A regular expression that the body must match." },
	{ .name = NULL },
};

static const struct conf_section section = {
	.name = "check",
	.rows = rows,
	.size = sizeof(struct http_conf),
	.given = AT(given),
};

/* What p->bytes is. */
struct http_check {
	struct check_answer answer;
	size_t             searched;	/* bytes of the body that are known to lack `body` */
};

_Static_assert(sizeof(struct http_check) <= PROBE_BYTES, "the state of a check fits");

static struct http_check *check_of(struct probe *p)
{
	return (struct http_check *)(void *)p->bytes;
}

static bool wants_body(const struct http_conf *conf)
{
	return conf->body != NULL || conf->body_regex != NULL;
}

static const char *problem(const void *own)
{
	const struct http_conf *conf = own;

	if (strcmp(conf->method, "HEAD") == 0 && wants_body(conf))
		return "the answer to HEAD has no body; write method: GET, or take body and "
		       "body_regex away";
	return NULL;
}

static const char *target(const void *own)
{
	return ((const struct http_conf *)own)->path;
}

static const char *pattern(const void *own)
{
	return ((const struct http_conf *)own)->body_regex;
}

static void put_host(const struct probe *p, const struct http_conf *conf, struct text *out)
{
	char addr[ADDR_TEXT];

	if (conf->host != NULL)
		text_puts(out, conf->host);
	else if (addr_port(&p->addr) != 0)
		text_puts(out, addr_print(&p->addr, addr, sizeof(addr)));
	else
		text_puts(out, "localhost");	/* a unix socket is no host */
}

static bool has_user_agent(const struct http_conf *conf)
{
	static const char name[] = "user-agent:";
	const char *line = conf->headers;

	while (line != NULL && strncasecmp(line, name, sizeof(name) - 1) != 0) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	return line != NULL;
}

static void connected(struct probe *p)
{
	const struct http_conf *conf = p->conf;

	check_answer_init(&check_of(p)->answer, strcmp(conf->method, "HEAD") == 0);
	text_printf(&p->out, "%s %s HTTP/1.1\r\nHost: ", conf->method, conf->path);
	put_host(p, conf, &p->out);
	text_puts(&p->out, "\r\nConnection: close\r\n");
	if (!has_user_agent(conf))
		text_puts(&p->out, "User-Agent: heddle\r\n");
	if (strcmp(conf->method, "GET") != 0 && strcmp(conf->method, "HEAD") != 0)
		text_puts(&p->out, "Content-Length: 0\r\n");
	text_puts(&p->out, conf->headers != NULL ? conf->headers : "");
	text_puts(&p->out, "\r\n");
	if (conf->body != NULL)
		conf_bytes_append(conf->body, &p->wanted);
	(void)probe_send(p);
}

static void fail_answer(struct probe *p, const struct check_answer *a)
{
	char shown[CHECK_EXCERPT];
	struct slice first;

	if (check_answer_foreign(a, &first))
		probe_fail(p, "the answer %s %s", check_excerpt(first, shown), a->why);
	else
		probe_fail(p, "the answer %s", a->why);
}

static bool has_text(struct probe *p, struct http_check *check)
{
	size_t from = check->searched, overlap = p->wanted.len;

	/* the text may have begun in the bytes before */
	from = from > overlap ? from - overlap : 0;
	check->searched = p->in.len;
	return p->in.len != 0 && memmem(p->in.data + from, p->in.len - from, p->wanted.data,
					p->wanted.len) != NULL;
}

static void judge_pattern(struct probe *p)
{
	char shown[CHECK_EXCERPT];

	switch (check_pattern_match(p->pattern, text_slice(&p->in))) {
	case REGEX_MATCHED:
		probe_pass(p);
		return;
	case REGEX_GAVE_UP:
		probe_fail(p, "body_regex takes too long on a body of %zu bytes", p->in.len);
		return;
	case REGEX_NONE:
		probe_fail(p, "the body %s does not match body_regex",
			   check_excerpt(text_slice(&p->in), shown));
	}
}

/* A text passes as soon as it is there, an expression is matched with all of the body. */
static void judge_body(struct probe *p, const struct http_conf *conf, struct http_check *check)
{
	char shown[CHECK_EXCERPT], wanted[CHECK_EXCERPT];
	bool done = check->answer.state == ANSWER_DONE;

	if (conf->body != NULL && (done || conf->body_regex == NULL)) {
		if (has_text(p, check)) {
			if (conf->body_regex == NULL) {
				probe_pass(p);
				return;
			}
		} else if (done) {
			probe_fail(p, "the body %s lacks %s",
				   check_excerpt(text_slice(&p->in), shown),
				   check_excerpt(text_slice(&p->wanted), wanted));
			return;
		}
	}
	if (done)
		judge_pattern(p);
}

static void judge(struct probe *p)
{
	const struct http_conf *conf = p->conf;
	struct http_check *check = check_of(p);
	const struct check_answer *a = &check->answer;

	if (a->status != 0 && !check_status_passes(&conf->status, a->status))
		check_status_fail(p, &conf->status, a->status);
	else if (a->status != 0 && !wants_body(conf))
		probe_pass(p);
	else if (a->state == ANSWER_BAD)
		fail_answer(p, a);
	else if (a->status != 0)
		judge_body(p, conf, check);
}

static void ready(struct probe *p, unsigned ready)
{
	struct check_answer *a = &check_of(p)->answer;
	struct slice got;
	enum io io;

	(void)ready;
	if (p->sent < p->out.len) {
		(void)probe_send(p);
		return;
	}
	io = probe_receive(p, &got);
	if (io == IO_ERROR) {
		probe_fail_error(p, errno);
		return;
	}
	if (io == IO_AGAIN)
		return;
	if (io == IO_EOF)
		check_answer_end(a);
	else
		check_answer_feed(a, got, &p->in, CHECK_KEPT);
	judge(p);
}

static void timed_out(struct probe *p)
{
	const struct check_answer *a = &check_of(p)->answer;
	struct text limit;

	text_init(&limit);
	duration_print(p->timeout_ms, &limit);
	if (a->status != 0)
		probe_fail(p, "status %u, but not all of the body within %s",
			   (unsigned)a->status, text_cstr(&limit));
	else
		probe_fail(p, "%s within %s", a->framing != 0 ? "no status" : "no answer",
			   text_cstr(&limit));
	text_close(&limit);
}

extern const struct check_kind check_http;

const struct check_kind check_http = {
	.name = "http",
	.section = &section,
	.problem = problem,
	.target = target,
	.pattern = pattern,
	.connected = connected,
	.ready = ready,
	.timed_out = timed_out,
};
