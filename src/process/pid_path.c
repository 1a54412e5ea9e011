/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `-s reload` has to reach the running heddle above all when the file is
 * wrong, since it is what tells the errors. So a file that does not load is
 * searched for its pid_file line.
 */
#include "process/pid_path.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/text.h"
#include "process/pidfile.h"

static const char key[] = "pid_file:";

/* The value behind the key, without quotes, blanks and comment; false: it is not that line. */
static bool read_line(const char *line, char *value, size_t size)
{
	size_t len;

	if (strncmp(line, key, sizeof(key) - 1) != 0)
		return false;
	line += sizeof(key) - 1;
	line += strspn(line, " \t\"'");
	len = strcspn(line, "\"'\r\n");
	while (len > 0 && line[len - 1] == ' ')
		len--;
	for (size_t i = 0; i + 1 < len; i++) {
		if (line[i] == ' ' && line[i + 1] == '#')
			len = i;
	}
	if (len == 0 || len >= size)
		return false;
	memcpy(value, line, len);
	value[len] = '\0';
	return true;
}

static bool search_file(const char *path, char *value, size_t size)
{
	FILE *f = path != NULL ? fopen(path, "re") : NULL;
	char line[4096];
	bool found = false;

	if (f == NULL)
		return false;
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = read_line(line, value, size);
	fclose(f);
	return found;
}

static bool search(const struct config_source *source, char *value, size_t size)
{
	for (size_t i = 0; source->overrides != NULL && source->overrides[i] != NULL; i++) {
		if (read_line(source->overrides[i], value, size))
			return true;
	}
	return search_file(source->file, value, size);
}

/* Relative paths are relative to their file. */
static bool join(const char *file, const char *value, char *out, size_t size)
{
	char folder[4096];
	int n;

	if (value[0] == '/' || file == NULL)
		n = snprintf(out, size, "%s", value);
	else if (snprintf(folder, sizeof(folder), "%s", file) < (int)sizeof(folder))
		n = snprintf(out, size, "%s/%s", dirname(folder), value);
	else
		return false;
	return n > 0 && (size_t)n < size;
}

/* Nobody runs who would tell what is wrong with the file, or not where we look. */
static void tell(const struct conf_errors *errors)
{
	struct text text;

	text_init(&text);
	conf_errors_print(errors, &text);
	fputs(text_cstr(&text), stderr);
	text_close(&text);
}

bool pid_path_find(const struct config_source *source, char *out, size_t size)
{
	struct arena *arena = arena_new();
	struct conf_errors errors;
	struct config *config;
	char value[4096];
	bool found;

	conf_errors_init(&errors, arena);
	config = config_load(source, false, &errors);
	if (config != NULL)
		found = config->settings.pid_file != NULL &&
			join(NULL, config->settings.pid_file, out, size);
	else if (search(source, value, sizeof(value)))
		found = join(source->file, value, out, size);
	else
		found = join(NULL, HEDDLE_PID_PATH, out, size);
	if (config == NULL && found && pidfile_holder(out) == 0)
		tell(&errors);
	config_free(config);
	conf_errors_close(&errors);
	arena_free(arena);
	return found;
}
