/* SPDX-License-Identifier: BSD-2-Clause */
/* The check that sends bytes, waits for bytes, or both. */
#include <errno.h>
#include <string.h>

#include "admin/check_excerpt.h"
#include "admin/check_kind.h"
#include "admin/check_pattern.h"
#include "admin/probe.h"
#include "config/conf_bytes.h"
#include "config/conf_types.h"
#include "core/units.h"

#define TRIES 64	/* matches, one for each read; after that only when 1/8 more has come */

struct expect_conf {
	uint64_t    given;
	const char *send, *expect, *expect_regex;
};

#define AT(field) offsetof(struct expect_conf, field)

static const struct directive rows[] = {
	{ "send", &conf_bytes, AT(send), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "What is sent; without it, the backend speaks first." },
	{ "expect", &conf_bytes, AT(expect), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "A text that the answer must have in it." },
	{ "expect_regex", &conf_regex, AT(expect_regex), NULL, APPLIES_LIVE, FROM_API, NULL, NULL,
	  "A regular expression that the answer must match." },
	{ .name = NULL },
};

static const struct conf_section section = {
	.name = "check",
	.rows = rows,
	.size = sizeof(struct expect_conf),
	.given = AT(given),
};

/* What p->bytes is. */
struct expect_check {
	size_t   searched;	/* bytes that are known to lack the text */
	bool     has_text;
	unsigned tries;
	size_t   matched;	/* bytes that the last try was made with */
};

_Static_assert(sizeof(struct expect_check) <= PROBE_BYTES, "the state of a check fits");

static struct expect_check *check_of(struct probe *p)
{
	return (struct expect_check *)(void *)p->bytes;
}

static const char *problem(const void *own)
{
	const struct expect_conf *conf = own;

	if (conf->send == NULL && conf->expect == NULL && conf->expect_regex == NULL)
		return "type expect needs send, expect or expect_regex; the one that only "
		       "connects is type: tcp";
	return NULL;
}

static const char *pattern(const void *own)
{
	return ((const struct expect_conf *)own)->expect_regex;
}

/* All is sent. */
static void sent(struct probe *p)
{
	const struct expect_conf *conf = p->conf;

	if (conf->expect == NULL && conf->expect_regex == NULL)
		probe_pass(p);
}

static void connected(struct probe *p)
{
	const struct expect_conf *conf = p->conf;

	if (conf->send != NULL)
		conf_bytes_append(conf->send, &p->out);
	if (conf->expect != NULL)
		conf_bytes_append(conf->expect, &p->wanted);
	if (probe_send(p))
		sent(p);
}

static bool has_text(struct probe *p, struct expect_check *check)
{
	size_t from = check->searched > p->wanted.len ? check->searched - p->wanted.len : 0;

	if (check->has_text || p->wanted.len == 0)
		return true;
	check->searched = p->in.len;
	check->has_text = p->in.len != 0 &&
		memmem(p->in.data + from, p->in.len - from, p->wanted.data,
		       p->wanted.len) != NULL;
	return check->has_text;
}

/*
 * A backend that sends byte by byte must not have all that it has sent matched for each of them.
 * `last`: nothing more comes.
 */
static enum regex_result match(struct probe *p, struct expect_check *check, bool last)
{
	if (p->pattern == NULL)
		return REGEX_MATCHED;
	if (check->tries >= TRIES && !last && p->in.len < check->matched + check->matched / 8)
		return REGEX_NONE;
	check->tries++;
	check->matched = p->in.len;
	return check_pattern_match(p->pattern, text_slice(&p->in));
}

/* true: that was the end. */
static bool judge(struct probe *p, bool last)
{
	struct expect_check *check = check_of(p);

	if (!has_text(p, check))
		return false;
	switch (match(p, check, last)) {
	case REGEX_MATCHED:
		probe_pass(p);
		return true;
	case REGEX_GAVE_UP:
		probe_fail(p, "expect_regex takes too long on %zu bytes", p->in.len);
		return true;
	default:
		return false;
	}
}

/* Not passed: what has come, `when`, and what was wanted. */
static void fail_missing(struct probe *p, const char *when)
{
	const struct expect_conf *conf = p->conf;
	char shown[CHECK_EXCERPT], wanted[CHECK_EXCERPT];
	bool text = conf->expect != NULL && !check_of(p)->has_text;

	if (p->in.len == 0)
		probe_fail(p, "no answer %s", when);
	else if (text)
		probe_fail(p, "got %s %s, wanted %s", check_excerpt(text_slice(&p->in), shown),
			   when, check_excerpt(text_slice(&p->wanted), wanted));
	else
		probe_fail(p, "got %s %s, which does not match expect_regex",
			   check_excerpt(text_slice(&p->in), shown), when);
}

static void received(struct probe *p, struct slice got)
{
	size_t room = CHECK_KEPT - p->in.len;

	text_append(&p->in, got.data, got.len < room ? got.len : room);
	if (!judge(p, got.len >= room) && got.len >= room)
		fail_missing(p, "in 64 kB");
}

static void ready(struct probe *p, unsigned ready)
{
	struct slice got;
	enum io io;

	(void)ready;
	if (p->sent < p->out.len) {
		if (probe_send(p))
			sent(p);
		return;
	}
	io = probe_receive(p, &got);
	if (io == IO_OK)
		received(p, got);
	else if (io == IO_ERROR)
		probe_fail_error(p, errno);
	else if (io == IO_EOF && !judge(p, true))
		fail_missing(p, "before it closed");
}

static void timed_out(struct probe *p)
{
	struct text when;

	if (p->sent == p->out.len && p->in.len != 0 && judge(p, true))
		return;
	text_init(&when);
	text_puts(&when, "within ");
	duration_print(p->timeout_ms, &when);
	fail_missing(p, text_cstr(&when));
	text_close(&when);
}

extern const struct check_kind check_expect;

const struct check_kind check_expect = {
	.name = "expect",
	.section = &section,
	.problem = problem,
	.pattern = pattern,
	.connected = connected,
	.ready = ready,
	.timed_out = timed_out,
};
