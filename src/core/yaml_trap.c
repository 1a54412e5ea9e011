/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * YAML's own traps. libyaml says where its grammar broke; what people want to
 * know is which character YAML takes for itself, and what to quote.
 */
#include <ctype.h>
#include <string.h>

#include "core/text.h"
#include "core/yaml.h"
#include "core/yaml_parts.h"

struct slice yaml_trap_line(struct slice bytes, unsigned number)
{
	const char *at = bytes.data, *end = bytes.data + bytes.len;

	while (--number > 0 && at != NULL && at < end) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at != NULL ? at + 1 : end;
	}
	if (at == NULL || at >= end)
		return (struct slice){ "", 0 };
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	size_t len = (size_t)((newline != NULL ? newline : end) - at);

	return (struct slice){ at, len > 0 && at[len - 1] == '\r' ? len - 1 : len };
}

static bool unbalanced(const char *text, size_t len)
{
	int depth = 0;

	for (size_t i = 0; i < len; i++)
		depth += (text[i] == '[') - (text[i] == ']');
	return depth < 0;
}

/* The text of a plain value at `start`, as the one who wrote it meant it. */
static struct slice word_at(struct slice line, size_t start)
{
	size_t end = start;

	while (end < line.len && strchr(" \t,{}\"'#", line.data[end]) == NULL)
		end++;
	/* The bracket that closes the list around it is not its own. */
	while (end > start + 1 && line.data[end - 1] == ']' &&
	       unbalanced(line.data + start, end - start))
		end--;
	while (end > start + 1 && line.data[end - 1] == ':')
		end--;
	return (struct slice){ line.data + start, end - start };
}

/* "[::]:80", "[fe80::1%eth0]:80", "[::1]": a list for YAML, an address for people. */
static bool is_bracketed(struct slice line, size_t start)
{
	unsigned colons = 0;

	for (size_t i = start + 1; i < line.len; i++) {
		char c = line.data[i];

		if (c == ']')
			return colons > 1;
		if (c == ':')
			colons++;
		else if (!isalnum((unsigned char)c) && c != '.' && c != '%')
			return false;
	}
	return false;
}

static bool at_start_of_value(struct slice line, size_t i)
{
	return i == 0 || strchr(" \t[{,", line.data[i - 1]) != NULL;
}

/* Columns count characters, not bytes. */
static unsigned column_of(struct slice line, size_t offset)
{
	unsigned column = 1;

	for (size_t i = 0; i < offset; i++)
		column += ((unsigned char)line.data[i] & 0xc0) != 0x80;
	return column;
}

static bool tab_in_indentation(struct slice line, size_t *at)
{
	for (size_t i = 0; i < line.len && (line.data[i] == ' ' || line.data[i] == '\t'); i++) {
		if (line.data[i] == '\t') {
			*at = i;
			return true;
		}
	}
	return false;
}

/* The first character of the line that begins a value and means something else to YAML. */
static bool find_special(struct slice line, size_t *at)
{
	char quote = '\0';

	for (size_t i = 0; i < line.len; i++) {
		char c = line.data[i];

		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
			continue;
		}
		if (!at_start_of_value(line, i))
			continue;
		if (c == '#')
			return false;
		bool flow_colon =
			c == ':' && i + 1 < line.len && isdigit((unsigned char)line.data[i + 1]);

		*at = i;
		if ((c == '[' && is_bracketed(line, i)) || strchr("@%*`", c) != NULL || flow_colon)
			return true;
		if (c == '$' && i + 1 < line.len && line.data[i + 1] == '{' && i > 0)
			return true;
		if (c == '"' || c == '\'')
			quote = c;
	}
	return false;
}

static void explain_special(struct slice line, size_t at, struct text *message)
{
	struct slice word = word_at(line, at);

	if (line.data[at] == '[')
		text_printf(message, "YAML takes \"[\" for a list; quote the address: \"%.*s\"",
			    (int)word.len, word.data);
	else if (line.data[at] == '$')
		text_puts(message,
			  "YAML takes \"{\" for a mapping here; quote the text with ${...}");
	else if (line.data[at] == ':')
		text_printf(message, "YAML takes \":\" for a key here; quote the address: \"%.*s\"",
			    (int)word.len, word.data);
	else
		text_printf(message, "YAML keeps \"%c\" for itself; quote it: \"%.*s\"",
			    line.data[at], (int)word.len, word.data);
}

struct translation {
	const char *libyaml, *ours;
};

static const struct translation translations[] = {
	{ "mapping values are not allowed",
	  "a \":\" where none can be; check the indentation, or quote the text" },
	{ "block sequence entries are not allowed",
	  "a list cannot begin here; put \"-\" on a line of its own" },
	{ "found unexpected end of stream", "the file ends in the middle of a quoted text" },
	{ "did not find expected key",
	  "neither a key nor the end; check the indentation and commas" },
	{ "did not find expected '-' indicator",
	  "neither \"-\" nor the end of the list; check the indentation" },
	{ "did not find expected ',' or ']'", "expected \",\" or \"]\"; is a list not closed?" },
	{ "did not find expected ',' or '}'", "expected \",\" or \"}\"; is a mapping not closed?" },
	{ "did not find expected node content",
	  "a value is missing here, or a list or mapping is not closed" },
	{ "could not find expected ':'", "a key without its \":\"" },
	{ "did not find expected <document start>",
	  "the document has ended above; check the "
	  "indentation" },
};

static void explain_problem(const char *problem, struct text *message)
{
	for (size_t i = 0; i < COUNT(translations); i++) {
		if (strncmp(problem, translations[i].libyaml, strlen(translations[i].libyaml)) ==
		    0) {
			text_puts(message, translations[i].ours);
			return;
		}
	}
	text_puts(message, problem);
}

/* What stands where libyaml stopped; '\0': the end of the line. */
static char character_at(struct slice line, unsigned column)
{
	for (size_t i = 0; i < line.len; i++)
		if (column_of(line, i) == column)
			return line.data[i];
	return '\0';
}

static bool begins_line(struct slice line, unsigned column)
{
	return strspn(line.data, " ") + 1 >= column;
}

/* The character that was not expected says more than the list of those that were. */
static bool explain_character(struct slice line, unsigned column, const char *problem,
			  struct text *message)
{
	char c = character_at(line, column);
	bool list = strstr(problem, "or ']'") != NULL, flow = list || strstr(problem, "or '}'");

	if (flow && c == ':')
		text_puts(message, "a \":\" where none can be; quote the text");
	else if (flow && (c == ']' || c == '}'))
		text_printf(message, "expected \"%c\", not \"%c\"", list ? ']' : '}', c);
	else if (flow && c != '\0')
		text_puts(message, "a \",\" is missing in front of this");
	else if (strstr(problem, "expected key") == NULL || c == '\0')
		return false;
	else if (c == ']' || c == '}')
		text_printf(message, "nothing is open that this \"%c\" could close", c);
	else if (!begins_line(line, column) && (c == ';' || c == ','))
		text_printf(message, "no \"%c\" is needed at the end of a line", c);
	else if (!begins_line(line, column))
		text_puts(message, "the line should end here, behind the value");
	else
		return false;
	return true;
}

bool yaml_trap(struct slice bytes, struct node *where, const char *problem, unsigned from,
	       struct text *message)
{
	struct slice line = yaml_trap_line(bytes, where->line);
	size_t at = 0;

	if (problem == NULL)
		problem = "it cannot be read";
	if (strstr(problem, "<document start>") != NULL && yaml_trap_line(bytes, 1).len > 0 &&
	    bytes.data[0] == '[') {
		where->line = where->column = 1;
		text_puts(message, "this looks like TOML or INI; heddle reads YAML");
		return false;
	}
	if (tab_in_indentation(line, &at)) {
		where->column = column_of(line, at);
		text_puts(message, "tab in the indentation; YAML wants spaces");
		return false;
	}
	if (yaml_unclosed_quote(bytes, where, message))
		return false;
	if (find_special(line, &at) && column_of(line, at) <= where->column) {
		where->column = column_of(line, at);
		explain_special(line, at, message);
		return true;
	}
	if (!yaml_unclosed_bracket(bytes, where, message) &&
	    !explain_character(line, where->column, problem, message) &&
	    !yaml_lines_trap(bytes, where, from, message))
		explain_problem(problem, message);
	return false;
}
