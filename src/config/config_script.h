/* SPDX-License-Identifier: BSD-2-Clause */
/* `script` of a route: a function of a script that says which node a key has. */
#ifndef CONFIG_CONFIG_SCRIPT_H
#define CONFIG_CONFIG_SCRIPT_H

#include <stdint.h>

#include "core/base.h"

/* In the order of config_script_languages. */
enum script_language { SCRIPT_PYTHON, SCRIPT_LUA, SCRIPT_LANGUAGES };

struct script_conf {
	uint64_t    given;
	int         language;		/* enum script_language; not given: as `file` ends */
	const char *file;		/* an absolute path; NULL: the route has no script */
	const char *function;
	uint64_t    limit_ms;		/* for one answer */
	uint32_t    processes;
	uint64_t    cache_for_ms;	/* how long workers keep answers; 0: they do not */
	uint64_t    memory;		/* bytes that a process of the script may have; 0: any */
};

#define SCRIPT_WHY 512

/* The word of a language: "python". */
const char *config_script_language(int language);

/* Of one that is run once, as it fills a cache: by the end of its name in Python or Lua. */
struct script_conf config_script_once(const char *file);
/* As that says it: SCRIPT_PYTHON, unless it ends in .lua. */
int config_script_language_of(const char *file);

/*
 * Scripts with the same id are run by the same processes: all that the processes depend on is the
 * same.
 */
uint64_t config_script_id(const struct script_conf *conf);

/*
 * Whether the script can be compiled and has its function: what `heddle -t` says. Another process
 * does it, for at most some seconds; nothing of the script is run. Defined by mapper/, as the
 * languages are known there.
 */
struct config_scripts {
	/* NULL: it can; else why not, in `why`; *line: of the file, 0 if it is about none. */
	const char *(*problem)(const struct script_conf *conf, char *why, size_t size,
			       unsigned *line);
};
extern const struct config_scripts config_scripts;

#endif
