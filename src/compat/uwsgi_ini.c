/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/uwsgi_ini.h"

#include <string.h>

#include "core/text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct slice strip(struct slice text)
{
	while (text.len > 0 && is_blank(text.data[0]))
		text = slice_after(text, 1);
	while (text.len > 0 && is_blank(text.data[text.len - 1]))
		text.len--;
	return text;
}

/* Takes one line off the rest, without its end. */
static struct slice take_line(struct uwsgi_ini *ini)
{
	const char *end = memchr(ini->rest.data, '\n', ini->rest.len);
	struct slice line = ini->rest;

	if (end != NULL)
		line.len = (size_t)(end - line.data);
	ini->rest = slice_after(ini->rest, line.len + (end != NULL));
	ini->line++;
	return strip(line);
}

/* "[name]": the last character goes, whatever it is. */
static struct slice section_of(struct slice line)
{
	line = slice_after(line, 1);
	if (line.len > 0)
		line.len--;
	return line;
}

static void split_pair(struct slice line, struct uwsgi_ini_pair *pair)
{
	const char *equals = memchr(line.data, '=', line.len);

	pair->has_value = equals != NULL;
	pair->key = line;
	pair->value = (struct slice){ "", 0 };
	if (equals == NULL)
		return;
	pair->key.len = (size_t)(equals - line.data);
	pair->value = strip(slice_after(line, pair->key.len + 1));
	pair->key = strip(pair->key);
}

void uwsgi_ini_open(struct uwsgi_ini *ini, struct slice text, struct slice section)
{
	*ini = (struct uwsgi_ini){ .rest = text, .section = section };
}

bool uwsgi_ini_next(struct uwsgi_ini *ini, struct uwsgi_ini_pair *pair)
{
	while (ini->rest.len > 0) {
		struct slice line = take_line(ini);

		if (line.len == 0 || line.data[0] == '#' || line.data[0] == ';')
			continue;
		if (line.data[0] == '[') {
			ini->inside = slice_equal(section_of(line), ini->section);
			continue;
		}
		if (!ini->inside)
			continue;
		split_pair(line, pair);
		pair->line = ini->line;
		ini->found = true;
		return true;
	}
	return false;
}

void uwsgi_ini_split(struct slice argument, struct slice *file, struct slice *section)
{
	size_t at = argument.len;

	while (at > 0 && argument.data[at - 1] != ':')
		at--;
	*file = argument;
	*section = slice_of("uwsgi");
	if (at == 0)
		return;
	file->len = at - 1;
	if (at < argument.len)
		*section = slice_after(argument, at);
}

/* Of a placeholder: its kind, its name, and how many bytes it is. 0: there is none here. */
static size_t placeholder(struct slice at, char *kind, struct slice *name)
{
	const char *end;

	*name = (struct slice){ "", 0 };
	if (at.len < 2 || (at.data[0] != '%' && (at.data[0] != '$' || at.data[1] != '(')))
		return 0;
	*kind = at.data[0] == '$' ? '$' : at.data[1];
	if (at.data[1] != '(')
		return 2;
	end = memchr(at.data, ')', at.len);
	if (end == NULL)
		return 2;
	*name = (struct slice){ at.data + 2, (size_t)(end - at.data) - 2 };
	return (size_t)(end - at.data) + 1;
}

/* What cannot be in a value. NULL: nothing. */
static const char *problem(struct slice at)
{
	if (at.data[0] == '\0')
		return "there is a NUL in its value";
	if (at.data[0] == '@' && at.len > 1 && at.data[1] == '(')
		return "@(file) is not read here: write the value";
	if (at.data[0] == '%' && at.len == 1)
		return "write %% for a percent sign";
	return NULL;
}

static const char *nothing(char kind)
{
	if (kind == '(')
		return "no key before has the name in %(name)";
	if (kind == '$')
		return "the environment has no such $(NAME)";
	return "placeholders such as this are not expanded here, but %d %p %s %n %e %c %v %h are: "
	       "write the value, and %% for a percent sign";
}

bool uwsgi_ini_expand(struct slice value, uwsgi_ini_find *find, void *arg, struct text *out,
		      const char **why)
{
	while (value.len > 0) {
		struct slice name;
		char kind = '\0';
		size_t len = placeholder(value, &kind, &name);
		const char *word = kind == '%' ? "%" : NULL;

		*why = problem(value);
		if (*why != NULL)
			return false;
		if (len == 0) {
			text_putc(out, value.data[0]);
			value = slice_after(value, 1);
			continue;
		}
		if (word == NULL && find != NULL)
			word = find(kind, name, arg);
		*why = word == NULL ? nothing(kind) : NULL;
		if (word == NULL)
			return false;
		text_puts(out, word);
		value = slice_after(value, len);
	}
	return true;
}
