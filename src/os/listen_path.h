/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of a unix socket in the file system: made free for a new socket, given its owner
 * and mode, known again, removed. Never touches a file that is not a socket, nor one that
 * another program has put there.
 */
#ifndef OS_LISTEN_PATH_H
#define OS_LISTEN_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base.h"

struct addr;

struct unix_owner {
	uint32_t    mode;
	const char *user, *group;	/* NULL: unchanged */
	bool        no_user, no_group;	/* it had one: NULL is that of this process again */
};

struct listen_path {	/* which file it is; inode 0: not known */
	dev_t device;
	ino_t inode;
};

/*
 * A path where a socket is to be bound: what lies there is removed if it is a
 * socket that refuses a connect; else false and `why`.
 */
bool listen_path_clear(const struct addr *addr, char *why, size_t size) MUST_CHECK;
/*
 * Mode and owner of a socket that exists. A link is not followed, and only a socket is
 * changed; else false and `why`. (uid_t)-1 and (gid_t)-1: unchanged.
 */
bool listen_path_give(const struct addr *addr, uid_t uid, gid_t gid, mode_t mode, char *why,
		      size_t size) MUST_CHECK;
/* The same by names. */
bool listen_path_own(const struct addr *addr, const struct unix_owner *owner, char *why,
		     size_t size) MUST_CHECK;

/* All take any address; those without a path have nothing to note or to remove. */
struct listen_path listen_path_note(const struct addr *addr);	/* right after bind() */
bool listen_path_lost(const struct addr *addr, const struct listen_path *noted);
void listen_path_remove(const struct addr *addr, const struct listen_path *noted);

#endif
