/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * heddle.yaml after defaults, includes and checks, and what is said about it. Loading never binds
 * sockets, resolves names or drops privileges. The directive tables are in config_tables.c, the
 * kinds of objects in object_kinds.c; what they mean is decided by who reads the structs.
 */
#ifndef CONFIG_CONFIG_LOAD_H
#define CONFIG_CONFIG_LOAD_H

#include "core/base.h"
#include "core/conf_errors.h"
#include "core/slice.h"

struct config_file;
struct text;

struct config_source {
	const char  *file;		/* -c; NULL: `text` alone */
	struct slice text;		/* the drop-in commands' YAML */
	const char *const *overrides;	/* -g "key: value" texts, NULL at the end; NULL: none */
};

/*
 * Reads and checks everything; every error is told, not the first, in the
 * order of the files. NULL when there was one. Users, groups, folders of logs
 * are looked up when `deep` (-t, start and reload; not in unit tests).
 */
struct config_file *config_load(const struct config_source *source, bool deep,
				struct conf_errors *errors);
/*
 * Only the settings; what is wrong elsewhere is not noticed. For -s, which needs the pid file.
 */
struct config_file *config_load_settings(const struct config_source *source,
					 struct conf_errors *errors);
void config_load_free(struct config_file *file);	/* NULL is allowed */
/* Warns of `user` and `group` that have no effect, when this process is not root's. */
void config_deep_identity(const struct config_file *file, struct conf_errors *errors);

/* Whether a key at the top of the file is a section of objects: for yaml_read_file(). */
bool config_load_collection(struct slice key);

/* The last line of -t, of a start or a reload: what was found. `file` NULL: it was refused. */
void config_summary(const struct config_source *source, const struct config_file *file,
		    const struct conf_errors *errors, struct text *out);

/* "/run/heddle/heddle.pid" -> "/run/heddle/heddle.sock"; false: too long. */
bool config_files_control_socket(const char *pid_file, char *out, size_t size) MUST_CHECK;

/* -T: everything in effect as YAML, each line with its origin; it loads back to the same. */
void config_print(const struct config_file *file, struct text *out);

#endif
