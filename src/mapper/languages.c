/* SPDX-License-Identifier: BSD-2-Clause */
#include "mapper/languages.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config_script.h"
#include "language/language.h"

static bool is_there(const char *folder, int language, char *path, size_t size)
{
	int len = snprintf(path, size, "%s/heddle-%s.so", folder,
			   config_script_language(language));

	return len > 0 && (size_t)len < size && access(path, R_OK) == 0;
}

/* Of the program; false: the system does not tell. */
static bool own_folder(char *folder, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", folder, size - 1);
	char *slash;

	if (len <= 0)
		return false;
	folder[len] = '\0';
	slash = strrchr(folder, '/');
	if (slash == NULL || slash == folder)
		return false;
	*slash = '\0';
	return true;
}

bool languages_find(int language, char *path, size_t size)
{
	const char *given = getenv("HEDDLE_MODULES");
	char folder[PATH_MAX];

	if (given != NULL && *given != '\0')
		return is_there(given, language, path, size);
	if (own_folder(folder, sizeof(folder)) && is_there(folder, language, path, size))
		return true;
	return is_there(HEDDLE_LIBDIR "/heddle", language, path, size);
}

const struct language *languages_load(int language, char *why, size_t size)
{
	char path[PATH_MAX];
	const struct language *found;
	void *object;

	if (!languages_find(language, path, sizeof(path))) {
		snprintf(why, size, "this heddle has no %s (./configure --with-%s): there is no %s",
			 config_script_language(language), config_script_language(language), path);
		return NULL;
	}
	/* modules of Python that are written in C look for Python in the whole process */
	object = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	found = object != NULL ? dlsym(object, LANGUAGE_SYMBOL) : NULL;
	if (found == NULL) {
		snprintf(why, size, "%s", dlerror());
		return NULL;
	}
	if (found->version != LANGUAGE_VERSION) {
		snprintf(why, size, "%s is of another version of heddle", path);
		return NULL;
	}
	return found;
}

void languages_print(void)
{
	for (int i = 0; i < SCRIPT_LANGUAGES; i++) {
		char path[PATH_MAX];
		bool there = languages_find(i, path, sizeof(path));

		printf("scripts in %s: %s%s\n", config_script_language(i), there ? "" : "no ",
		       path);
	}
}
