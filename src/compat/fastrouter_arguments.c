/* SPDX-License-Identifier: BSD-2-Clause */
#include "compat/fastrouter_arguments.h"

#include <string.h>

#include "compat/fastrouter_options.h"
#include "compat/program.h"
#include "compat/fastrouter_refused.h"
#include "compat/uwsgi_ini.h"
#include "compat/uwsgi_words.h"
#include "core/arena.h"
#include "core/stderr.h"
#include "os/durable_file.h"

#define DEPTH 8		/* of ini files that name ini files */
#define WHY 512

static const char dashes[] = "--";

struct argument_reader {
	struct fastrouter_options *options;
	char      **argv;
	int         argc, at;
	unsigned    depth;
	const char *last_file;	/* what ":section" means */
	struct uwsgi_words words;
};

static void read_ini(struct argument_reader *a, const char *value, const char *where);

/* set-placeholder = name=value */
static void set_word(struct argument_reader *a, struct slice name, const char *value,
		     const char *where)
{
	const char *equals = strchr(value, '=');

	if (equals == NULL || equals == value)
		fastrouter_options_wrong(a->options, where, name, "write name=value");
	else
		uwsgi_words_set(&a->words, (struct slice){ value, (size_t)(equals - value) },
				equals + 1, NULL);
}

static void take(struct argument_reader *a, struct slice name, const char *value, const char *where)
{
	const struct fastrouter_option *option = fastrouter_options_find(name);

	if (option == NULL)
		fastrouter_options_refuse(a->options, name, where);
	else if (option->effect == EFFECT_PLACEHOLDER && value != NULL)
		set_word(a, name, value, where);
	else if (option->effect == EFFECT_INI && value != NULL && value[0] != '\0')
		read_ini(a, value, where);
	else
		fastrouter_options_set(a->options, option, value, where);
}

/* A key that is no option may be meant for a placeholder, which has to come yet. */
static void take_key(struct argument_reader *a, struct slice name, const char *value,
		     const char *where)
{
	const bool unknown = fastrouter_options_find(name) == NULL &&
			     fastrouter_refused_why(name) == NULL;

	if (value != NULL && name.len > 0)
		uwsgi_words_set(&a->words, name, value, unknown ? where : NULL);
	if (value == NULL || name.len == 0 || !unknown)
		take(a, name, value, where);
}

static void refuse(struct slice name, const char *where, void *arg)
{
	struct argument_reader *a = arg;

	fastrouter_options_refuse(a->options, name, where);
}

static void take_pair(struct argument_reader *a, const char *file,
		      const struct uwsgi_ini_pair *pair)
{
	struct arena *arena = a->options->arena;
	const char *where = arena_printf(arena, "%s:%u: ", file, pair->line);
	const char *value = NULL, *why;
	struct text expanded;

	text_init(&expanded);
	a->words.file = file;
	if (!uwsgi_ini_expand(pair->value, uwsgi_words_find, &a->words, &expanded, &why)) {
		/* %(addr) of a log-format is no placeholder: what is wrong is the option */
		if (fastrouter_refused_why(pair->key) != NULL)
			fastrouter_options_refuse(a->options, pair->key, where);
		else
			fastrouter_options_wrong(a->options, where, pair->key, "%s", why);
	} else {
		if (pair->has_value)
			value = arena_strdup(arena, text_cstr(&expanded));
		take_key(a, pair->key, value, where);
	}
	text_close(&expanded);
}

static void cannot_read(struct argument_reader *a, const char *file, const char *why)
{
	stderr_printf("fastrouter: %s: %s\n", file, why);
	if (a->options->status == COMPAT_GO_ON)
		a->options->status = 1;
}

static void read_text(struct argument_reader *a, const char *file, struct slice section,
		      struct slice bytes)
{
	struct uwsgi_ini_pair pair;
	struct uwsgi_ini ini;

	uwsgi_ini_open(&ini, bytes, section);
	while (uwsgi_ini_next(&ini, &pair))
		take_pair(a, file, &pair);
	if (!ini.found)
		stderr_printf("fastrouter: %s: there is nothing in a section [%.*s]\n", file,
			      SHOWN(section));
}

static void read_ini(struct argument_reader *a, const char *value, const char *where)
{
	struct arena *arena = a->options->arena;
	struct slice name, section;
	struct text bytes;
	char why[WHY];

	uwsgi_ini_split(slice_of(value), &name, &section);
	const char *file = name.len > 0 || a->last_file == NULL ? arena_copy(arena, name) :
								   a->last_file;

	if (strstr(value, "://") != NULL || file[0] == '\0' || a->depth >= DEPTH) {
		fastrouter_options_wrong(a->options, where, slice_of("ini"), "%.80s: %s", value,
					 a->depth >= DEPTH ? "too many files within each other" :
							     "it must be a file");
		return;
	}
	text_init(&bytes);
	switch (durable_file_read(file, &bytes, why, sizeof(why))) {
	case DURABLE_FILE_READ:
		a->last_file = file;
		a->depth++;
		read_text(a, file, section, text_slice(&bytes));
		a->depth--;
		break;
	case DURABLE_FILE_MISSING:
		cannot_read(a, file, "there is no such file");
		break;
	case DURABLE_FILE_UNREADABLE:
	case DURABLE_FILE_SHORTAGE:
		cannot_read(a, file, why);
		break;
	}
	text_close(&bytes);
}

/* The next word of the command line as the value of an option; NULL: there is none. */
static const char *next_word(struct argument_reader *a)
{
	return a->at + 1 < a->argc ? a->argv[++a->at] : NULL;
}

/* Of an option that is refused: the next word is its value, most likely. */
static void skip_value(struct argument_reader *a)
{
	if (a->at + 1 < a->argc && a->argv[a->at + 1][0] != '-')
		a->at++;
}

static void read_long(struct argument_reader *a, const char *word)
{
	const char *equals = strchr(word, '=');
	const struct slice name = { word, equals ? (size_t)(equals - word) : strlen(word) };
	const struct fastrouter_option *option = fastrouter_options_find(name);
	const char *value = equals != NULL ? equals + 1 : NULL;

	if (option == NULL && value == NULL) {
		skip_value(a);
	} else if (option != NULL && option->argument == ARGUMENT_NONE && value != NULL) {
		fastrouter_options_wrong(a->options, dashes, name, "takes no value here");
		return;
	} else if (option != NULL && option->argument == ARGUMENT_NEEDED && value == NULL) {
		value = next_word(a);
	}
	if (option != NULL && option->argument == ARGUMENT_NEEDED && value == NULL)
		fastrouter_options_wrong(a->options, dashes, name, "needs a value");
	else
		take(a, name, value, dashes);
}

/* "-l100", "-l 100", "-ML": the value of an option ends the word. */
static void read_letters(struct argument_reader *a, const char *word)
{
	for (const char *c = word; *c != '\0'; c++) {
		const struct fastrouter_option *option = fastrouter_options_letter(*c);
		const char *value = NULL;

		if (option == NULL) {
			fastrouter_options_refuse(a->options, (struct slice){ c, 1 }, "-");
			if (strlen(word) > 2)
				stderr_printf("fastrouter: -%s: names of options follow two "
					      "dashes\n", word);
			skip_value(a);
			return;
		}
		if (option->argument != ARGUMENT_NONE && c[1] != '\0')
			value = c + 1;
		else if (option->argument == ARGUMENT_NEEDED)
			value = next_word(a);
		if (option->effect == EFFECT_PLACEHOLDER && value != NULL)
			set_word(a, slice_of(option->name), value, dashes);
		else
			fastrouter_options_set(a->options, option, value, dashes);
		if (value != NULL)
			return;
	}
}

/* "--chmod-socket 660" is mode 666 in uWSGI, which takes the number for a word of its own. */
static bool lacks_equals(const struct argument_reader *a)
{
	const char *before = a->argv[a->at - 1];
	const struct fastrouter_option *option = NULL;

	if (a->at > 1 && strncmp(before, dashes, strlen(dashes)) == 0)
		option = fastrouter_options_find(slice_of(before + strlen(dashes)));
	return option != NULL && option->argument == ARGUMENT_MAY;
}

static void read_bare(struct argument_reader *a, const char *word)
{
	struct slice file, section;

	uwsgi_ini_split(slice_of(word), &file, &section);
	if (file.len > 4 && memcmp(file.data + file.len - 4, ".ini", 4) == 0) {
		read_ini(a, word, dashes);
		return;
	}
	if (lacks_equals(a))
		stderr_printf("fastrouter: %.80s: write %s=%.80s: the value of this option follows "
			      "an equals sign\n", word, a->argv[a->at - 1], word);
	else
		stderr_printf("fastrouter: %.80s: neither an option nor the name of an ini file\n",
			      word);
	a->options->status = 2;
}

void fastrouter_arguments_read(struct fastrouter_options *options, int argc, char **argv)
{
	struct argument_reader a = { .options = options, .argc = argc, .argv = argv,
				     .words = { .arena = options->arena } };
	bool only_files = false;

	for (a.at = 1; a.at < argc; a.at++) {
		const char *word = argv[a.at];

		if (only_files || word[0] != '-' || word[1] == '\0')
			read_bare(&a, word);
		else if (strcmp(word, "--") == 0)
			only_files = true;
		else if (word[1] == '-')
			read_long(&a, word + 2);
		else
			read_letters(&a, word + 1);
	}
	uwsgi_words_unused(&a.words, refuse, &a);
}
