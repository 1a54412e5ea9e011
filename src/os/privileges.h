/* SPDX-License-Identifier: BSD-2-Clause */
/* `user` and `group` of child processes: looked up by the master, taken on by the child. */
#ifndef OS_PRIVILEGES_H
#define OS_PRIVILEGES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base.h"

struct settings;

struct identity {
	bool  change;		/* started as root */
	uid_t uid;
	gid_t gid;
	char  name[64];		/* of the user */
};

/* Without root: the present identity, no change. false: `why` says which name is unknown. */
bool privileges_find_identity(const struct settings *settings, struct identity *id, char *why,
			      size_t size) MUST_CHECK;

/* By name; false when the name is unknown. uid or gid may be NULL. */
bool privileges_find_user(const char *name, uid_t *uid, gid_t *gid) MUST_CHECK;
bool privileges_find_group(const char *name, gid_t *gid) MUST_CHECK;

/* Takes on `id`, with no way to gain privileges again. Exits when a system call fails. */
void privileges_drop(const struct identity *id);
/*
 * As privileges_drop(), for a process that reads the file `path` and replaces it: where the user of
 * `id` cannot do that, the process becomes the owner of the folder; with `report` the log says so.
 */
void privileges_drop_for(const struct identity *id, const char *path, bool report);
/*
 * This process has a secret: others of its user must not read its memory, nor must a core file
 * have it.
 */
void privileges_hide_memory(void);

#endif
