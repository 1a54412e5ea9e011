/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of messages are those of Go's flag package: scripts and people know them. */
#include "compat/go_flags.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compat/go_duration.h"
#include "core/base.h"
#include "core/slice.h"

enum verdict { GOOD, PARSE_ERROR, OUT_OF_RANGE };

static const char *const verdicts[] = { "", "parse error", "value out of range" };
static const char *const type_names[] = { "", " int", " string", " duration" };

static void print_row(const struct go_flag *f)
{
	fprintf(stderr, "  -%s%s\n    \t%s", f->name, type_names[f->type], f->help);
	if (f->initial)
		fprintf(stderr, " (default %s)", f->initial);
	fputc('\n', stderr);
}

void go_flags_usage(const struct go_flags *flags)
{
	fputs(flags->usage, stderr);
	for (const struct go_flag *f = flags->rows; f->name; f++)
		print_row(f);
}

static enum verdict read_bool(const char *text, bool *value)
{
	static const char *const words[] = { "0", "1", "f", "t", "F", "T", "false", "true",
					     "FALSE", "TRUE", "False", "True" };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i], text) == 0) {
			*value = i % 2;
			return GOOD;
		}
	return PARSE_ERROR;
}

static enum verdict read_int(const char *text, int64_t *value)
{
	char *end;

	if (!strchr("+-0123456789", *text) || !*text)
		return PARSE_ERROR;
	errno = 0;
	*value = strtoll(text, &end, 0);
	if (*end || end == text)
		return PARSE_ERROR;
	return errno ? OUT_OF_RANGE : GOOD;
}

static enum verdict set(const struct go_flag *f, const char *text)
{
	switch (f->type) {
	case GO_BOOL:
		return read_bool(text, f->value);
	case GO_INT:
		return read_int(text, f->value);
	case GO_STRING:
		*(const char **)f->value = text;
		return GOOD;
	case GO_DURATION:
		return go_duration_parse(text, f->value) ? GOOD : PARSE_ERROR;
	}
	return PARSE_ERROR;
}

static const struct go_flag *find(const struct go_flags *flags, struct slice name)
{
	for (const struct go_flag *f = flags->rows; f->name; f++)
		if (slice_is(name, f->name))
			return f;
	return NULL;
}

static bool refused(const struct go_flag *f, const char *text, enum verdict verdict)
{
	if (verdict == GOOD)
		return false;
	fprintf(stderr, f->type == GO_BOOL ? "invalid boolean value \"%s\" for -%s: %s\n" :
					     "invalid value \"%s\" for flag -%s: %s\n",
		text, f->name, verdicts[verdict]);
	return true;
}

/* Asking for help is no error. */
static void unknown(struct slice name, int *status)
{
	if (slice_is(name, "h") || slice_is(name, "help"))
		*status = 0;
	else
		fprintf(stderr, "flag provided but not defined: -%.*s\n", (int)name.len, name.data);
}

/* One flag at argv[*i], and its value behind it; false: stop, *status is set. */
static bool read_flag(const struct go_flags *flags, int argc, char **argv, int *i, int *status)
{
	const char *word = argv[*i] + (argv[*i][1] == '-' ? 2 : 1);
	const char *text = strchr(word, '=');
	struct slice name = { word, text ? (size_t)(text - word) : strlen(word) };

	if (*word == '-' || name.len == 0) {
		fprintf(stderr, "bad flag syntax: %s\n", argv[*i]);
		return false;
	}
	const struct go_flag *f = find(flags, name);
	if (!f) {
		unknown(name, status);
		return false;
	}
	if (text)
		text++;
	else if (f->type == GO_BOOL)
		text = "true";
	else if (*i + 1 < argc)
		text = argv[++*i];
	else {
		fprintf(stderr, "flag needs an argument: -%s\n", f->name);
		return false;
	}
	return !refused(f, text, set(f, text));
}

int go_flags_parse(const struct go_flags *flags, int argc, char **argv, int *status)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		if (strcmp(argv[i], "--") == 0)
			return i + 1;
		*status = 2;
		if (!read_flag(flags, argc, argv, &i, status)) {
			go_flags_usage(flags);
			return -1;
		}
	}
	return i;
}
