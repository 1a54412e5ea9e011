/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts that are no address, as other programs and languages have them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/addr.h"

struct complaint {
	struct slice text;
	char *why;
	size_t size;
};

/* Always true: it is told. */
static bool PRINTF(2, 3) wrong(struct complaint *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->why, c->size, fmt, args);
	va_end(args);
	return true;
}

#define SHOW(slice) (int)((slice).len < 100 ? (slice).len : 100), (slice).data

static bool starts(struct slice text, const char *prefix)
{
	size_t len = strlen(prefix);

	return text.len >= len && memcmp(text.data, prefix, len) == 0;
}

static struct slice after(struct slice text, size_t n)
{
	return (struct slice){ text.data + n, text.len - n };
}

static struct slice front(struct slice text, size_t n)
{
	return (struct slice){ text.data, n };
}

/* `http://10.0.0.1/`: what stands in front and behind belongs to other programs. */
static bool url(struct complaint *c, size_t scheme)
{
	struct slice rest = after(c->text, scheme + 3);
	const char *slash = memchr(rest.data, '/', rest.len), *port = "";

	if (slash != NULL)
		rest.len = (size_t)(slash - rest.data);
	if (memchr(rest.data, ':', rest.len) == NULL || rest.data[rest.len - 1] == ']')
		port = starts(c->text, "http:") ? ":80" : starts(c->text, "https:") ? ":443" :
									       ":PORT";
	return wrong(c, "%.*s is a URL; write the address alone: %.*s%s", SHOW(c->text), SHOW(rest),
		     port);
}

/* `unix@/run/x.sock`, `ipv4@10.0.0.1:80` */
static bool haproxy_prefix(struct complaint *c)
{
	static const char *const prefixes[] = { "ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@" };

	if (starts(c->text, "unix@"))
		return wrong(c, "write unix:%.*s", SHOW(after(c->text, 5)));
	if (starts(c->text, "abns@"))
		return wrong(c, "write @%.*s", SHOW(after(c->text, 5)));
	if (starts(c->text, "fd@"))
		return wrong(c, "write fd:%.*s", SHOW(after(c->text, 3)));
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (starts(c->text, prefixes[i]))
			return wrong(c, "write %.*s without %s",
				     SHOW(after(c->text, strlen(prefixes[i]))), prefixes[i]);
	return false;
}

/* `server 10.0.0.1:80;`, `server s1 10.0.0.1:80 check`: only the part with ":" is an address. */
static bool statement(struct complaint *c, size_t at)
{
	static const char *const words[] = { "server ", "bind ", "listen " };
	struct slice rest = after(c->text, at);
	bool found = false;

	for (size_t i = 0; i < COUNT(words); i++)
		found |= at + 1 == strlen(words[i]) && starts(c->text, words[i]);
	while (found && rest.len > 0) {
		const char *end;

		rest = after(rest, 1);
		end = memchr(rest.data, ' ', rest.len);
		struct slice word = front(rest, end != NULL ? (size_t)(end - rest.data) : rest.len);
		if (word.len > 0 && word.data[word.len - 1] == ';')
			word.len--;
		if (memchr(word.data, ':', word.len) != NULL)
			return wrong(c, "write the address alone: %.*s", SHOW(word));
		rest = end != NULL ? after(rest, (size_t)(end - rest.data)) : after(rest, rest.len);
	}
	return false;
}

static bool blank(struct complaint *c, size_t at)
{
	if (statement(c, at))
		return true;
	const struct slice rest = after(c->text, at + 1);
	size_t end = at > 0 && c->text.data[at - 1] == ',' ? at - 1 : at;

	if (end == 0)
		return wrong(c, "a blank in an address");
	if (memchr(rest.data, ':', rest.len) != NULL && memchr(rest.data, ' ', rest.len) == NULL)
		return wrong(c, "two addresses in one text; write a list: [\"%.*s\", \"%.*s\"]",
			     SHOW(front(c->text, end)), SHOW(rest));
	return wrong(c,
		     "a blank behind %.*s; what else is to be set stands in a mapping: "
		     "{address: \"%.*s\", ...}",
		     SHOW(front(c->text, at)), SHOW(front(c->text, at)));
}

static bool odd_character(struct complaint *c)
{
	const struct slice text = c->text;

	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == ' ' && i + 1 < text.len)
			return blank(c, i);
		if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f)
			return wrong(c, "a blank or control character in an address");
	}
	if (text.data[text.len - 1] == ';')
		return wrong(c, "no \";\" is needed at the end; write %.*s",
			     SHOW(front(text, text.len - 1)));
	return false;
}

bool addr_foreign(struct slice text, char *why, size_t why_size)
{
	struct complaint c = { text, why, why_size };
	const char *scheme = memmem(text.data, text.len, "://", 3);

	if (text.len == 0)
		return wrong(&c, "an address is missing; write HOST:PORT");
	if (text.len > 1 && text.data[0] == '-') {
		const char *end = memchr(text.data, ' ', text.len);

		return wrong(&c, "a blank is missing behind \"-\"; write - %.*s",
			     SHOW(((struct slice){ text.data + 1,
						   (end != NULL ? (size_t)(end - text.data) :
								  text.len) - 1 })));
	}
	if (text.len > 1 && text.data[0] == '$' && text.data[1] != '{')
		return wrong(&c, "write ${%.*s} for a variable of the environment",
			     SHOW(after(text, 1)));
	if (odd_character(&c))
		return true;
	if (scheme != NULL && !starts(text, "unix:"))
		return url(&c, (size_t)(scheme - text.data));
	return haproxy_prefix(&c);
}
