/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines that do not fit together: a key without its ":", a line that is
 * indented below a value, "-" without its blank. libyaml notices on the line
 * after the mistake; what is wrong is seen by comparing the two.
 */
#include <ctype.h>
#include <string.h>

#include "core/text.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

struct yaml_line {
	unsigned number;   /* 0: there is none */
	unsigned indent;   /* blanks in front */
	struct slice text; /* without them, and without blanks at the end */
};

static struct yaml_line read_line(struct slice bytes, unsigned number)
{
	struct slice text = yaml_trap_line(bytes, number);
	unsigned indent = 0;

	while (indent < text.len && text.data[indent] == ' ')
		indent++;
	text = (struct slice){ text.data + indent, text.len - indent };
	for (size_t i = 1; i < text.len; i++) /* a comment behind it */
		if (text.data[i] == '#' && text.data[i - 1] == ' ' &&
		    memchr(text.data, '"', i) == NULL && memchr(text.data, '\'', i) == NULL)
			text.len = i;
	while (text.len > 0 && strchr(" \t", text.data[text.len - 1]) != NULL)
		text.len--;
	return (struct yaml_line){ number, indent, text };
}

/* The nearest line above with something in it. */
static struct yaml_line line_above(struct slice bytes, unsigned number)
{
	while (--number > 0) {
		struct yaml_line line = read_line(bytes, number);

		if (line.text.len > 0 && line.text.data[0] != '#')
			return line;
	}
	return (struct yaml_line){ .number = 0 };
}

/* Where the ":" of its key is; the length of the text when there is none. */
static size_t colon_of(struct slice text)
{
	char quote = '\0';

	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if ((c == '"' || c == '\'') && (i == 0 || text.data[i - 1] == ' '))
			quote = c;
		else if (c == ':' && (i + 1 == text.len || text.data[i + 1] == ' '))
			return i;
	}
	return text.len;
}

static bool is_item(struct slice text)
{
	return text.data[0] == '-' && text.len > 1 && text.data[1] == ' ';
}

static void put_at(struct node *where, const struct yaml_line *line)
{
	where->line = line->number;
	where->column = line->indent + 1;
}

#define SHOW(slice) (int)((slice).len < 60 ? (slice).len : 60), (slice).data

/* `-":80"`, `-10.0.0.1:80`: a text for YAML, an item of a list for people. */
static bool explain_dash(const struct yaml_line *line, struct node *where, struct text *message)
{
	const struct slice text = line->text;

	if (text.len < 2 || text.data[0] != '-' || strchr(" -", text.data[1]) != NULL)
		return false;
	put_at(where, line);
	text_printf(message, "a blank is missing behind \"-\"; write - %.*s",
		    SHOW(((struct slice){ text.data + 1, text.len - 1 })));
	return true;
}

static bool word_character(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* `listen ":80"`, `services`: a key that has lost its ":". */
static bool explain_colon(const struct yaml_line *line, struct node *where, struct text *message)
{
	const struct slice text = line->text;
	size_t word = 0;

	while (word < text.len && word_character(text.data[word]))
		word++;
	bool tight = word < text.len && text.data[word] == ':'; /* listen:":80" */
	size_t rest = word + tight;

	while (rest < text.len && (text.data[rest] == ' ' || text.data[rest] == '='))
		rest++;
	if (word == 0 || text.data[0] == '-' || colon_of(text) < text.len ||
	    (word < text.len && !tight && text.data[word] != ' '))
		return false;
	size_t end = text.len;

	/* nginx's and JSON's ends of lines */
	while (end > rest && (text.data[end - 1] == ';' || text.data[end - 1] == ','))
		end--;
	put_at(where, line);
	text_printf(message,
		    tight ? "a blank is missing behind \":\"; write %.*s:%s%.*s"
			  : "a \":\" is missing; write %.*s:%s%.*s",
		    (int)word, text.data, rest < text.len ? " " : "",
		    SHOW(((struct slice){ text.data + rest, end - rest })));
	return true;
}

static bool ends_with(struct slice text, const char *end)
{
	size_t len = strlen(end);

	return text.len >= len && memcmp(text.data + text.len - len, end, len) == 0;
}

/* A line that is indented below one that has its value already. */
static bool explain_below(const struct yaml_line *line, const struct yaml_line *above,
		       struct node *where, struct text *message)
{
	const struct slice text = above->text;
	size_t colon = colon_of(text), from = is_item(text) ? 2 : 0;
	const struct slice key = { text.data + from, colon > from ? colon - from : 0 };

	if (line->indent <= above->indent || colon + 1 >= text.len)
		return false;
	if (ends_with(text, ": {}") || ends_with(text, ": []")) {
		put_at(where, above);
		text_printf(message,
			    "%s says that nothing belongs to %.*s, but line %u stands below "
			    "it; write %.*s: alone",
			    text.data[text.len - 1] == '}' ? "{}" : "[]", SHOW(key), line->number,
			    SHOW(key));
		return true;
	}
	put_at(where, line);
	text_printf(message,
		    "indented more than \"%.*s\" in line %u, which has its value on its line",
		    SHOW(key), above->number);
	return true;
}

/* `- 10.0.0.1:80` and `weight: 2` below it. */
static bool explain_item(const struct yaml_line *line, const struct yaml_line *above,
		      struct node *where, struct text *message)
{
	const struct slice text = above->text;
	size_t colon = colon_of(line->text);

	if (!is_item(text) || colon_of(text) < text.len || line->indent <= above->indent ||
	    colon == line->text.len)
		return false;
	put_at(where, line);
	text_printf(message,
		    "the item in line %u is a single value and takes no %.*s; write - address: "
		    "%.*s there",
		    above->number, (int)colon, line->text.data,
		    SHOW(((struct slice){ text.data + 2, text.len - 2 })));
	return true;
}

/* Less than what stands above, and like nothing further up. */
static bool explain_column(struct slice bytes, const struct yaml_line *line,
			const struct yaml_line *above, struct node *where, struct text *message)
{
	struct yaml_line up = *above;

	while (up.number > 0 && up.indent > line->indent)
		up = line_above(bytes, up.number);
	if (line->indent >= above->indent || up.number == 0 || up.indent == line->indent)
		return false;
	put_at(where, line);
	text_printf(message,
		    "indented by %u blanks, which is neither as much as line %u nor line %u",
		    line->indent, above->number, up.number);
	return true;
}

static bool explain_sign(const struct yaml_line *line, struct node *where, struct text *message)
{
	if (line->number == 0 || !yaml_lookalike(line->text, message))
		return false;
	put_at(where, line);
	return true;
}

/* A text or key in the column of the "-" of a list. */
static bool explain_in_list(struct slice bytes, const struct yaml_line *line, struct node *where,
			 struct text *message)
{
	struct yaml_line item = line_above(bytes, line->number), key;

	if (line->text.len == 0 || is_item(line->text))
		return false;
	while (item.number > 0 && item.indent > line->indent)
		item = line_above(bytes, item.number);
	if (item.number == 0 || item.indent != line->indent || !is_item(item.text))
		return false;
	/* Where the list stands in the column of its key, a key may follow it. */
	key = item;
	while (key.number > 0 && (key.indent > line->indent || is_item(key.text)))
		key = line_above(bytes, key.number);
	if (key.number > 0 && key.indent == line->indent)
		return false;
	put_at(where, line);
	if (colon_of(line->text) < line->text.len)
		text_printf(message,
			    "this stands in the list of line %u; indent it below its item, or less",
			    item.number);
	else
		text_printf(message, "this stands in the list of line %u; write - %.*s",
			    item.number, SHOW(line->text));
	return true;
}

bool yaml_lines_trap(struct slice bytes, struct node *where, unsigned from, struct text *message)
{
	struct yaml_line line = read_line(bytes, where->line);
	struct yaml_line above = line_above(bytes, where->line);
	struct yaml_line start = read_line(bytes, from);

	if (explain_sign(&start, where, message) || explain_sign(&above, where, message) ||
	    explain_sign(&line, where, message))
		return true;
	if (explain_in_list(bytes, from > 0 ? &start : &line, where, message))
		return true;
	if (from > 0 && from <= where->line && start.text.len > 0 &&
	    (explain_dash(&start, where, message) || explain_colon(&start, where, message)))
		return true;
	if (above.number == 0)
		return false;
	return explain_dash(&above, where, message) ||
		explain_item(&line, &above, where, message) ||
		explain_colon(&above, where, message) ||
		explain_below(&line, &above, where, message) ||
		explain_column(bytes, &line, &above, where, message);
}
