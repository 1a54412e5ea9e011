/* SPDX-License-Identifier: BSD-2-Clause */
/* The block `script` of routes; a file alone is short for {file: FILE}. */
#include "config/config_script.h"

#include <stddef.h>
#include <string.h>

#include "config/config_types.h"
#include "core/text.h"
#include "core/xxh64.h"

#define LIVE APPLIES_LIVE

static const struct conf_word languages[] = {
	{ "python", SCRIPT_PYTHON },
	{ "lua", SCRIPT_LUA },
	{ NULL, 0 },
};

static const struct conf_bounds processes = { 1, 64 }, limits = { 1, 60 * 1000 };

#define AT(field) offsetof(struct script_conf, field)

static const struct directive script_rows[] = {
	{ "language", &conf_word, AT(language), "python", LIVE, FROM_FILE, languages, NULL,
	  "The language of the script: python or lua; without it, lua if the name of the file ends "
	  "in .lua." },
	{ "file", &conf_path, AT(file), NULL, LIVE, FROM_FILE, NULL, NULL,
	  "The file of the script." },
	{ "function", &conf_string, AT(function), "get", LIVE, FROM_FILE, NULL, NULL,
	  "The function that is called with the key and returns the address of the node." },
	{ "limit", &conf_duration, AT(limit_ms), "100ms", LIVE, FROM_FILE, &limits, NULL,
	  "How long a session waits for the answer before the next route is used; a process that "
	  "takes ten times as long for one call is killed." },
	{ "processes", &conf_count, AT(processes), "1", LIVE, FROM_FILE, &processes, NULL,
	  "How many calls are made at the same time, each in a process of its own." },
	{ "cache_for", &conf_duration, AT(cache_for_ms), "0", LIVE, FROM_FILE, NULL, NULL,
	  "How long a worker uses an answer again for the same key; 0: each request is a call." },
	{ "memory", &conf_size, AT(memory), "256m", LIVE, FROM_FILE, NULL, NULL,
	  "Bytes that a process of the script may allocate; 0: no limit." },
	{ .name = NULL },
};

static bool script_scalar(const struct node *node, const struct conf_place *place, void *conf)
{
	return conf_path.parse(node, conf_find(&config_script_section, "file"), place,
			       &((struct script_conf *)conf)->file);
}

const struct conf_section config_script_section = {
	.name = "script",
	.rows = script_rows,
	.size = sizeof(struct script_conf),
	.given = offsetof(struct script_conf, given),
	.scalar = script_scalar,
	.scalar_row = "file",
};

const char *config_script_language(int language)
{
	return conf_words_name(languages, language);
}

uint64_t config_script_id(const struct script_conf *conf)
{
	struct xxh64 x;
	struct text all;
	uint64_t id;

	text_init(&all);
	text_printf(&all, "%d %s\n%s\n%llu %u %llu", conf->language, conf->file, conf->function,
		    (unsigned long long)conf->limit_ms, conf->processes,
		    (unsigned long long)conf->memory);
	xxh64_begin(&x);
	xxh64_add(&x, text_slice(&all));
	id = xxh64_sum(&x);
	text_close(&all);
	return id;
}

int config_script_language_of(const char *file)
{
	const char *end = strrchr(file, '.');

	return end != NULL && strcmp(end, ".lua") == 0 ? SCRIPT_LUA : SCRIPT_PYTHON;
}

struct script_conf config_script_once(const char *file)
{
	return (struct script_conf){ .language = config_script_language_of(file), .file = file,
				     .processes = 1, .memory = UINT64_C(1) << 30 };
}
