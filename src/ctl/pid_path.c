/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `-s reload` prints what is wrong with a configuration, and the running heddle says so: it
 * must be found when its file does not load. Such a file is searched for pid_file, in its
 * YAML tree as far as there is one, else in its lines.
 */
#include "ctl/pid_path.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/config_load.h"
#include "config/item.h"
#include "core/arena.h"
#include "core/text.h"
#include "core/yaml.h"
#include "ctl/client.h"
#include "os/pidfile.h"

/* The value of pid_file in a file that does not load. */
struct answer {
	const char *path;	/* NULL: nothing, or `off` */
	bool        off;
	bool        elsewhere;	/* an included file that was not read may set it */
};

struct search {
	const struct config_source *source;
	struct arena               *arena;
};

/* The text behind `key:` at the start of a line, or of a line of JSON; NULL: another key. */
static const char *behind(const char *line, const char *key)
{
	size_t len = strlen(key);

	line += strspn(line, "{, \t\"'");
	if (strncmp(line, key, len) != 0)
		return NULL;
	line += len;
	line += strspn(line, "\"' \t");
	return *line == ':' ? line + 1 : NULL;
}

/* Without quotes, blanks and comment. NULL: no plain value. */
static const char *clean(const struct search *s, const char *value)
{
	size_t len;

	value += strspn(value, " \t\"'");
	len = strcspn(value, "\"'\r\n");
	for (size_t i = 0; i + 1 < len; i++) {
		if (value[i] == ' ' && value[i + 1] == '#')
			len = i;
	}
	while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == ','))
		len--;
	if (len == 0 || memchr(value, '$', len) != NULL)
		return NULL;
	return arena_printf(s->arena, "%.*s", (int)len, value);
}

/* Relative paths are relative to their file. */
static const char *absolute(const struct search *s, const char *file, const char *path)
{
	if (path[0] == '/' || file == NULL)
		return path;
	return arena_printf(s->arena, "%s/%s", dirname(arena_strdup(s->arena, file)), path);
}

static bool take(const struct search *s, const char *file, const char *value, struct answer *a)
{
	if (value == NULL)
		return false;
	a->off = strcmp(value, "off") == 0;
	if (!a->off)
		a->path = absolute(s, file, value);
	return true;
}

static bool search_overrides(const struct search *s, struct answer *a)
{
	const char *const *g = s->source->overrides;
	const char *value;

	for (; g != NULL && *g != NULL; g++) {
		value = behind(*g, "pid_file");
		if (value != NULL && take(s, NULL, clean(s, value), a))
			return true;
	}
	return false;
}

/* The tree, where only the meaning is wrong; true: nothing else can be known. */
static bool search_tree(const struct search *s, struct answer *a)
{
	struct conf_errors errors;
	struct node *root, *node;
	bool whole;

	conf_errors_init(&errors, s->arena);
	root = yaml_read_file(s->source->file, config_load_collection, s->arena, &errors);
	whole = errors.errors == 0;
	conf_errors_close(&errors);
	node = root != NULL && root->kind == NODE_MAP ? node_get(root, "pid_file") : NULL;
	if (node == NULL || node->kind != NODE_SCALAR)
		return whole;
	return take(s, node->file, arena_strdup(s->arena, node->value.data), a);
}

static void search_lines(const struct search *s, struct answer *a)
{
	FILE *f = fopen(s->source->file, "re");
	char line[4096];
	const char *value;
	bool found = false;

	while (f != NULL && !found && fgets(line, sizeof(line), f) != NULL) {
		value = behind(line, "pid_file");
		if (value != NULL)
			found = take(s, s->source->file, clean(s, value), a);
		/* also for a value that cannot be made out */
		a->elsewhere = a->elsewhere || value != NULL || behind(line, "include") != NULL;
	}
	if (found)
		a->elsewhere = false;
	if (f != NULL)
		fclose(f);
}

static bool is_readable(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	bool ok = fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);

	if (fd != -1)
		close(fd);
	return ok;
}

static struct answer search(const struct search *s, bool given)
{
	struct answer a = { NULL, false, false };

	if (search_overrides(s, &a))
		return a;
	if (!is_readable(s->source->file))
		a.elsewhere = given || pidfile_holder(HEDDLE_PID_PATH) == 0;
	else if (!search_tree(s, &a))
		search_lines(s, &a);
	if (a.path == NULL && !a.off && !a.elsewhere)
		a.path = HEDDLE_PID_PATH;
	return a;
}

static void print_errors(const struct conf_errors *errors)
{
	struct text text;

	text_init(&text);
	conf_errors_print(errors, &text);
	fputs(text_cstr(&text), stderr);
	text_close(&text);
}

/* No heddle runs, whose answer would have the mistakes of the whole file. */
static void print_whole(const struct config_source *source, struct arena *arena)
{
	struct conf_errors errors;
	struct config_file *config;

	conf_errors_init(&errors, arena);
	config = config_load(source, false, &errors);
	if (config == NULL)
		print_errors(&errors);
	config_load_free(config);
	conf_errors_close(&errors);
}

static enum pid_path give(const char *path, struct client_target *target)
{
	size_t size = sizeof(target->pid_file);

	if (path == NULL)
		return PID_PATH_OFF;
	if ((size_t)snprintf(target->pid_file, size, "%s", path) < size)
		return PID_PATH_FOUND;
	fprintf(stderr, "heddle: -s: pid_file: the path is too long\n");
	return PID_PATH_UNKNOWN;
}

static enum pid_path from_broken(const struct search *s, bool given,
				 struct client_target *target)
{
	struct answer a = search(s, given);

	if (a.path == NULL && !a.off) {
		print_whole(s->source, s->arena);
		fprintf(stderr, "heddle: -s: %s does not tell which heddle is meant; name its pid "
			"file: -g \"pid_file: PATH\"\n", s->source->file);
		return PID_PATH_UNKNOWN;
	}
	if (a.path != NULL && pidfile_holder(a.path) == 0)
		print_whole(s->source, s->arena);
	return give(a.path, target);
}

static void note_times(const struct settings *settings, struct client_target *target)
{
	target->change_ms = settings->change_timeout_ms;
	if (settings->shutdown_timeout_ms != 0)
		target->drain_ms = settings->drain_delay_ms + settings->shutdown_timeout_ms;
}

enum pid_path pid_path_find(const struct config_source *source, bool given,
			    struct client_target *target)
{
	struct search s = { source, arena_new() };
	struct conf_errors errors;
	struct config_file *config;
	enum pid_path found;

	*target = (struct client_target){ .drain_ms = 0 };
	yaml_files_only();
	conf_errors_init(&errors, s.arena);
	config = config_load_settings(source, &errors);
	if (config != NULL) {
		note_times(config->settings, target);
		found = give(config->settings->pid_file, target);
		if (found == PID_PATH_FOUND && pidfile_holder(target->pid_file) == 0)
			print_whole(source, s.arena);
	} else {
		found = from_broken(&s, given, target);
	}
	config_load_free(config);
	conf_errors_close(&errors);
	arena_free(s.arena);
	return found;
}
