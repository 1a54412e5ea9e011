/* SPDX-License-Identifier: BSD-2-Clause */
/* Who the children are: `user` and `group` looked up once by the master, become in the child. */
#ifndef PROCESS_PRIVILEGES_H
#define PROCESS_PRIVILEGES_H

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

/* Not root: the identity we have, and no change. false: `why` says which name is unknown. */
bool identity_find(const struct settings *settings, struct identity *id, char *why,
		   size_t size) MUST_CHECK;

/* By name; false when there is none such. NULL leaves *uid or *gid alone. */
bool user_find(const char *name, uid_t *uid, gid_t *gid) MUST_CHECK;
bool group_find(const char *name, gid_t *gid) MUST_CHECK;

/* Becomes `id` for good, with no way to gain privileges again. Exits when the system refuses. */
void privileges_drop(const struct identity *id);

#endif
