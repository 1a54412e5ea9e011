/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds and loads the shared object of a language (language/language.h): in the folder that the
 * environment variable HEDDLE_MODULES names, else beside the program where it was built, else where
 * make install puts it. For processes that run or check one script.
 */
#ifndef MAPPER_LANGUAGES_H
#define MAPPER_LANGUAGES_H

#include <stdbool.h>
#include <stddef.h>

struct language;

/* By enum script_language. NULL: `why` says why. */
const struct language *languages_load(int language, char *why, size_t size);
/* Whether its shared object is there; its path goes to `path`, or where it was looked for. */
bool languages_find(int language, char *path, size_t size);
/* A line for each language to standard output: where it is. */
void languages_print(void);

#endif
