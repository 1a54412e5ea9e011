/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotes and brackets that nobody closes. libyaml reads on and stops lines
 * later, where a text makes no sense any more; the mistake is where it began.
 */
#include <string.h>

#include "core/text.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

struct spot {
	unsigned line, column; /* line 0: there is none */
	char c;
};

struct scan {
	const char *at, *end;
	unsigned line, column;
	char before;                      /* the character in front of `at` */
	struct spot open[YAML_DEPTH_MAX]; /* brackets, the outermost first */
	unsigned depth;
	struct spot quote; /* the first that is not closed on its line */
};

static void step(struct scan *s)
{
	s->before = *s->at++;
	if (s->before == '\n') {
		s->line++;
		s->column = 1;
	} else if (s->at == s->end || ((unsigned char)*s->at & 0xc0) != 0x80)
		s->column++;
}

static bool value_begins(const struct scan *s)
{
	return s->before == '\n' || strchr(" \t[{,", s->before) != NULL ||
		(s->depth > 0 && s->before == ':');
}

static void skip_comment(struct scan *s)
{
	while (s->at < s->end && *s->at != '\n')
		step(s);
}

static void skip_quoted(struct scan *s)
{
	const struct spot start = { s->line, s->column, *s->at };
	bool closed = false;

	step(s);
	while (s->at < s->end && !closed) {
		bool doubled = start.c == '\'' && s->end - s->at > 1 && s->at[1] == '\'';
		bool escaped = start.c == '"' && *s->at == '\\' && s->end - s->at > 1;

		closed = *s->at == start.c && !doubled;
		if (escaped || (*s->at == '\'' && doubled))
			step(s);
		step(s);
	}
	if (s->quote.line == 0 && (!closed || s->line != start.line))
		s->quote = start;
}

static void bracket(struct scan *s)
{
	char c = *s->at;

	if ((c == '[' || c == '{') && value_begins(s) && s->depth < YAML_DEPTH_MAX)
		s->open[s->depth++] = (struct spot){ s->line, s->column, c };
	else if ((c == ']' || c == '}') && s->depth > 0)
		s->depth--;
	step(s);
}

static bool is_before(const struct spot *spot, const struct node *where)
{
	return spot->line != 0 &&
		(spot->line < where->line ||
		 (spot->line == where->line && spot->column < where->column));
}

static void scan_all(struct scan *s)
{
	while (s->at < s->end) {
		if (*s->at == '#' && strchr(" \t\n", s->before) != NULL)
			skip_comment(s);
		else if ((*s->at == '"' || *s->at == '\'') && value_begins(s))
			skip_quoted(s);
		else
			bracket(s);
	}
}

static void explain(const struct spot *spot, const char *what, struct node *where,
		 struct text *message)
{
	where->line = spot->line;
	where->column = spot->column;
	text_puts(message, what);
}

static struct scan scan_bytes(struct slice bytes)
{
	struct scan s = { .at = bytes.data,
			  .end = bytes.data + bytes.len,
			  .line = 1,
			  .column = 1,
			  .before = '\n' };

	scan_all(&s);
	return s;
}

bool yaml_unclosed_quote(struct slice bytes, struct node *where, struct text *message)
{
	struct scan s = scan_bytes(bytes);

	if (!is_before(&s.quote, where))
		return false;
	explain(&s.quote, "this quote is not closed on its line", where, message);
	return true;
}

bool yaml_unclosed_bracket(struct slice bytes, struct node *where, struct text *message)
{
	struct scan s = scan_bytes(bytes);

	while (s.depth > 0 && !is_before(&s.open[s.depth - 1], where))
		s.depth--;
	if (s.depth == 0)
		return false;
	const struct spot *open = &s.open[s.depth - 1];

	explain(open, open->c == '[' ? "this \"[\" is not closed" : "this \"{\" is not closed",
		where, message);
	return true;
}
