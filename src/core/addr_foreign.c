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

static struct slice front(struct slice text, size_t n)
{
	return (struct slice){ text.data, n };
}

/* `http://10.0.0.1/`: what stands in front and behind belongs to other programs. */
static bool url(struct complaint *c, size_t scheme)
{
	struct slice rest = slice_after(c->text, scheme + 3);
	const char *slash = memchr(rest.data, '/', rest.len), *port = "";

	if (slash != NULL)
		rest.len = (size_t)(slash - rest.data);
	if (memchr(rest.data, ':', rest.len) == NULL || rest.data[rest.len - 1] == ']')
		port = slice_starts(c->text, "http:") ? ":80"
		     : slice_starts(c->text, "https:") ? ":443" : ":PORT";
	return wrong(c, "%.*s is a URL; write the address alone: %.*s%s", SHOWN(c->text),
		     SHOWN(rest), port);
}

/* `unix@/run/x.sock`, `ipv4@10.0.0.1:80` */
static bool haproxy_prefix(struct complaint *c)
{
	static const char *const prefixes[] = { "ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@" };

	if (slice_starts(c->text, "unix@"))
		return wrong(c, "write unix:%.*s", SHOWN(slice_after(c->text, 5)));
	if (slice_starts(c->text, "abns@"))
		return wrong(c, "write @%.*s", SHOWN(slice_after(c->text, 5)));
	if (slice_starts(c->text, "fd@"))
		return wrong(c, "write fd:%.*s", SHOWN(slice_after(c->text, 3)));
	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (slice_starts(c->text, prefixes[i]))
			return wrong(c, "write %.*s without %s",
				     SHOWN(slice_after(c->text, strlen(prefixes[i]))), prefixes[i]);
	return false;
}

/* `server 10.0.0.1:80;`, `server s1 10.0.0.1:80 check`: only the part with ":" is an address. */
static bool statement(struct complaint *c, size_t at)
{
	static const char *const words[] = { "server ", "bind ", "listen " };
	struct slice rest = slice_after(c->text, at);
	bool found = false;

	for (size_t i = 0; i < COUNT(words); i++)
		found |= at + 1 == strlen(words[i]) && slice_starts(c->text, words[i]);
	while (found && rest.len > 0) {
		const char *end;

		rest = slice_after(rest, 1);
		end = memchr(rest.data, ' ', rest.len);
		struct slice word = front(rest, end != NULL ? (size_t)(end - rest.data) : rest.len);
		if (word.len > 0 && word.data[word.len - 1] == ';')
			word.len--;
		if (memchr(word.data, ':', word.len) != NULL)
			return wrong(c, "write the address alone: %.*s", SHOWN(word));
		rest = slice_after(rest, end != NULL ? (size_t)(end - rest.data) : rest.len);
	}
	return false;
}

static bool blank(struct complaint *c, size_t at)
{
	if (statement(c, at))
		return true;
	const struct slice rest = slice_after(c->text, at + 1);
	size_t end = at > 0 && c->text.data[at - 1] == ',' ? at - 1 : at;

	if (end == 0)
		return wrong(c, "a blank in an address");
	if (memchr(rest.data, ':', rest.len) != NULL && memchr(rest.data, ' ', rest.len) == NULL)
		return wrong(c, "two addresses in one text; write a list: [\"%.*s\", \"%.*s\"]",
			     SHOWN(front(c->text, end)), SHOWN(rest));
	return wrong(c,
		     "a blank behind %.*s; what else is to be set stands in a mapping: "
		     "{address: \"%.*s\", ...}",
		     SHOWN(front(c->text, at)), SHOWN(front(c->text, at)));
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
			     SHOWN(front(text, text.len - 1)));
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
			     SHOWN(((struct slice){ text.data + 1,
						   (end != NULL ? (size_t)(end - text.data) :
								  text.len) - 1 })));
	}
	if (text.len > 1 && text.data[0] == '$' && text.data[1] != '{')
		return wrong(&c, "write ${%.*s} for a variable of the environment",
			     SHOWN(slice_after(text, 1)));
	if (odd_character(&c))
		return true;
	if (scheme != NULL && !slice_starts(text, "unix:"))
		return url(&c, (size_t)(scheme - text.data));
	return haproxy_prefix(&c);
}
