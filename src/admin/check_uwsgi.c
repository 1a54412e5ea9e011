/* SPDX-License-Identifier: BSD-2-Clause */
/* The check that sends a request of uwsgi without a body, and looks at the status of the answer. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "admin/check_answer.h"
#include "admin/check_excerpt.h"
#include "admin/check_kind.h"
#include "admin/check_status.h"
#include "admin/probe.h"
#include "config/conf.h"
#include "config/conf_uwsgi.h"
#include "core/units.h"
#include "core/uwsgi.h"
#include "core/uwsgi_write.h"

#define BACKEND_BLOCK 4096	/* bytes: larger ones need a larger buffer-size of uWSGI */

struct uwsgi_check_conf {
	uint64_t           given;
	const char        *vars;
	struct conf_ranges expect;
	uint32_t           modifier1, modifier2;
};

static const struct conf_bounds modifiers = { 0, 255 };

#define AT(field) offsetof(struct uwsgi_check_conf, field)

static const struct directive rows[] = {
	{ "vars", &conf_uwsgi_vars, AT(vars), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "Variables of the request, by name, beside those that it has, or in their place." },
	{ "expect", &conf_ranges, AT(expect), "200-399", APPLIES_LIVE, FROM_API,
	  &check_status_bounds, "status", "Statuses that pass: numbers and ranges." },
	{ "modifier1", &conf_count, AT(modifier1), NULL, APPLIES_LIVE, FROM_API, &modifiers, NULL,
	  "First modifier of the request; unset: that of the backend's packets." },
	{ "modifier2", &conf_count, AT(modifier2), NULL, APPLIES_LIVE, FROM_API, &modifiers, NULL,
	  "Second modifier of the request; unset: that of the backend's packets." },
	{ .name = NULL },
};

static const struct conf_section section = {
	.name = "check",
	.rows = rows,
	.size = sizeof(struct uwsgi_check_conf),
	.given = AT(given),
};

_Static_assert(sizeof(struct check_answer) <= PROBE_BYTES, "the state of a check fits");

static struct check_answer *answer_of(struct probe *p)
{
	return (struct check_answer *)(void *)p->bytes;
}

/* The value of a variable in `vars`, else `otherwise`. */
static struct slice value_of(const char *vars, const char *name, struct slice otherwise)
{
	struct slice value;

	return conf_uwsgi_find(vars, slice_of(name), &value) ? value : otherwise;
}

/* PATH_INFO, and QUERY_STRING behind a "?". */
static void put_uri(const char *vars, struct text *out)
{
	struct slice path = value_of(vars, "PATH_INFO", slice_of("/"));
	struct slice query = value_of(vars, "QUERY_STRING", slice_of(""));

	text_append(out, path.data, path.len);
	if (query.len != 0)
		text_putc(out, '?');
	text_append(out, query.data, query.len);
}

static uint8_t modifier(const struct uwsgi_check_conf *conf, const char *name, uint32_t own,
			uint8_t backend)
{
	return conf_given(conf, &section, conf_find(&section, name)) ? (uint8_t)own : backend;
}

/* In the order in which nginx sends them. */
static bool put_request(const struct uwsgi_check_conf *conf, const uint8_t backend[2],
			const char *host, const char *port, struct text *out)
{
	struct text uri;
	struct uwsgi_write w;
	struct slice name, value;
	const char *vars = conf->vars;

	text_init(&uri);
	put_uri(vars, &uri);
	const struct {
		const char *name, *value;
	} own[] = {
		{ "QUERY_STRING", "" }, { "REQUEST_METHOD", "GET" }, { "CONTENT_TYPE", "" },
		{ "CONTENT_LENGTH", "" }, { "REQUEST_URI", text_cstr(&uri) }, { "PATH_INFO", "/" },
		{ "SERVER_PROTOCOL", "HTTP/1.1" }, { "REQUEST_SCHEME", "http" },
		{ "REMOTE_ADDR", "127.0.0.1" }, { "SERVER_PORT", port }, { "SERVER_NAME", host },
		{ "HTTP_HOST", host }, { "HTTP_USER_AGENT", "heddle" },
	};

	uwsgi_write_start(&w, out, modifier(conf, "modifier1", conf->modifier1, backend[0]),
			  modifier(conf, "modifier2", conf->modifier2, backend[1]));
	for (size_t i = 0; i < COUNT(own); i++)
		uwsgi_write_pair(&w, slice_of(own[i].name),
				 value_of(conf->vars, own[i].name, slice_of(own[i].value)));
	while (conf_uwsgi_next(&vars, &name, &value)) {
		size_t i = 0;

		while (i < COUNT(own) && !slice_is(name, own[i].name))
			i++;
		if (i == COUNT(own))
			uwsgi_write_pair(&w, name, value);
	}
	text_close(&uri);
	return uwsgi_write_end(&w);
}

/* The longest address that a backend may have is known only when it is checked. */
static const char *problem(const void *own)
{
	static const uint8_t any[2];
	char host[ADDR_TEXT];
	struct text packet;
	bool fits;

	memset(host, 'x', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	text_init(&packet);
	fits = put_request(own, any, host, "65535", &packet);
	text_close(&packet);
	return fits ? NULL : "vars do not fit in a packet of uwsgi, which has at most 65535 bytes "
			     "of variables, some of them heddle's own";
}

/* PATH_INFO, as long as a sentence takes it. */
static const char *target(const void *own)
{
	static char shown[CHECK_ABOUT];
	struct slice path = value_of(((const struct uwsgi_check_conf *)own)->vars, "PATH_INFO",
				     slice_of("/"));

	snprintf(shown, sizeof(shown), "%.*s", SHOWN(path));
	return shown;
}

static void connected(struct probe *p)
{
	char host[ADDR_TEXT] = "localhost", port[8] = "80";	/* a unix socket is no host */

	check_answer_init(answer_of(p), false);
	answer_of(p)->cgi = true;
	if (addr_port(&p->addr) != 0) {
		addr_print(&p->addr, host, sizeof(host));
		*strrchr(host, ':') = '\0';
		snprintf(port, sizeof(port), "%u", (unsigned)addr_port(&p->addr));
	}
	if (!put_request(p->conf, p->modifiers, host, port, &p->out))
		probe_fail(p, "vars do not fit in a packet of uwsgi");
	else
		(void)probe_send(p);
}

/* It has closed, or reset the connection, and said nothing. */
static bool maybe_too_large(struct probe *p)
{
	size_t block = p->out.len - UWSGI_HEADER;

	if (block <= BACKEND_BLOCK || answer_of(p)->framing != 0)
		return false;
	probe_fail(p, "closed without an answer; the request has %zu bytes of variables, uWSGI "
		   "takes 4096 unless its buffer-size is larger", block);
	return true;
}

static void fail_answer(struct probe *p)
{
	const struct check_answer *a = answer_of(p);
	char shown[CHECK_EXCERPT];
	struct slice first;

	if (a->framing == 0)
		probe_fail(p, "the answer %s", a->why);
	else if (check_answer_foreign(a, &first))
		probe_fail(p, "not a uwsgi answer: %s %s", check_excerpt(first, shown), a->why);
	else
		probe_fail(p, "not a uwsgi answer: it %s", a->why);
}

static void judge(struct probe *p)
{
	const struct uwsgi_check_conf *conf = p->conf;
	const struct check_answer *a = answer_of(p);

	if (a->status != 0 && check_status_passes(&conf->expect, a->status))
		probe_pass(p);
	else if (a->status != 0)
		check_status_fail(p, &conf->expect, a->status);
	else if (a->state == ANSWER_BAD)
		fail_answer(p);
}

static void ready(struct probe *p, unsigned ready)
{
	struct slice got;
	enum io io;

	(void)ready;
	if (p->sent < p->out.len) {
		(void)probe_send(p);
		return;
	}
	io = probe_receive(p, &got);
	if (io == IO_AGAIN || (io != IO_OK && maybe_too_large(p)))
		return;
	if (io == IO_ERROR) {
		probe_fail_error(p, errno);
		return;
	}
	if (io == IO_EOF)
		check_answer_end(answer_of(p));
	else	/* no body: the status ends the check */
		check_answer_feed(answer_of(p), got, &p->in, 0);
	judge(p);
}

static void timed_out(struct probe *p)
{
	struct text limit;

	text_init(&limit);
	duration_print(p->timeout_ms, &limit);
	probe_fail(p, "%s within %s", answer_of(p)->framing != 0 ? "no status" : "no answer",
		   text_cstr(&limit));
	text_close(&limit);
}

extern const struct check_kind check_uwsgi;

const struct check_kind check_uwsgi = {
	.name = "uwsgi",
	.section = &section,
	.problem = problem,
	.target = target,
	.connected = connected,
	.ready = ready,
	.timed_out = timed_out,
};
