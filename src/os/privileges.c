/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(HAVE_PRCTL) || defined(HAVE_NO_NEW_PRIVS)
#include <sys/prctl.h>
#endif

#include "config/config.h"
#include "core/log.h"

bool privileges_find_user(const char *name, uid_t *uid, gid_t *gid)
{
	const struct passwd *pw = getpwnam(name);

	if (pw == NULL)
		return false;
	if (uid != NULL)
		*uid = pw->pw_uid;
	if (gid != NULL)
		*gid = pw->pw_gid;
	return true;
}

bool privileges_find_group(const char *name, gid_t *gid)
{
	const struct group *gr = getgrnam(name);

	if (gr == NULL)
		return false;
	*gid = gr->gr_gid;
	return true;
}

bool privileges_find_identity(const struct settings *settings, struct identity *id, char *why,
			      size_t size)
{
	const char *user = settings->user != NULL ? settings->user : "nobody";

	*id = (struct identity){ .change = geteuid() == 0, .uid = geteuid(), .gid = getegid() };
	if (!id->change)
		return true;
	if (!privileges_find_user(user, &id->uid, &id->gid)) {
		snprintf(why, size, "user: there is no user \"%s\"", user);
		return false;
	}
	if (settings->group != NULL && !privileges_find_group(settings->group, &id->gid)) {
		snprintf(why, size, "group: there is no group \"%s\"", settings->group);
		return false;
	}
	snprintf(id->name, sizeof(id->name), "%s", user);
	return true;
}

static NORETURN void refused(const char *call)
{
	log_write(LEVEL_ALERT, "%s: %s", call, strerror(errno));
	_exit(1);
}

static void folder_of(const char *path, char *out, size_t size)
{
	const char *slash = strrchr(path, '/');
	int len = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);

	snprintf(out, size, "%.*s", len, slash == NULL ? "." : path);
}

/* In a sticky folder, as /tmp, a file is replaced by its owner or that of the folder only. */
static bool may_replace(const char *path, const char *folder, uid_t uid)
{
	struct stat dir, file;

	if (faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == -1 || stat(folder, &dir) == -1)
		return false;
	if (stat(path, &file) == -1)
		return errno == ENOENT;
	if ((dir.st_mode & S_ISVTX) != 0 && uid != file.st_uid && uid != dir.st_uid)
		return false;
	return faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
}

/* Asked by the kernel's rules: takes on the effective ids, and gives them back. */
static bool can_replace(const struct identity *id, const char *path, const char *folder)
{
	gid_t own = getegid();
	bool may;

	if (initgroups(id->name, id->gid) == -1)
		refused("initgroups");
	if (setegid(id->gid) == -1 || seteuid(id->uid) == -1)
		refused("seteuid");
	may = may_replace(path, folder, id->uid);
	if (seteuid(0) == -1 || setegid(own) == -1)
		refused("seteuid");
	return may;
}

static struct identity owner_of(const struct stat *folder)
{
	struct identity owner = { .change = true, .uid = folder->st_uid, .gid = folder->st_gid };
	const struct passwd *pw = getpwuid(owner.uid);

	if (pw != NULL)
		snprintf(owner.name, sizeof(owner.name), "%s", pw->pw_name);
	return owner;
}

/* In this order: without root the groups could not be set any more. */
static void become(const struct identity *id)
{
	if ((id->name[0] != '\0' ? initgroups(id->name, id->gid) : setgroups(0, NULL)) == -1)
		refused("initgroups");
	if (setgid(id->gid) == -1)
		refused("setgid");
	if (setuid(id->uid) == -1)
		refused("setuid");
	/* a saved user id that is still root would be a way back */
	if (id->uid != 0 && setuid(0) == 0)
		refused("setuid: root came back");
}

void privileges_drop(const struct identity *id)
{
	if (id->change)
		become(id);
#ifdef HAVE_NO_NEW_PRIVS
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		log_write(LEVEL_WARN, "no_new_privs: %s", strerror(errno));
#endif
#ifdef HAVE_PRCTL
	/* a change of the user makes the process undumpable: no core, no /proc for its own user */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
#endif
}

void privileges_drop_for(const struct identity *id, const char *path, bool report)
{
	char folder[PATH_MAX];
	struct identity owner;
	struct stat st;

	folder_of(path, folder, sizeof(folder));
	/* one that its owner must not write to either is read-only on purpose, to root too */
	if (!id->change || can_replace(id, path, folder) || stat(folder, &st) == -1 ||
	    (st.st_mode & S_IWUSR) == 0) {
		privileges_drop(id);
		return;
	}
	owner = owner_of(&st);
	privileges_drop(&owner);
	if (report)
		log_write(LEVEL_NOTICE, "%s: user %s cannot replace it: this process runs as the "
					"owner of the folder (uid %u)",
			  path, id->name, (unsigned)owner.uid);
}

void privileges_hide_memory(void)
{
	/* LeakSanitizer traces its own process */
#if defined(HAVE_PRCTL) && !defined(__SANITIZE_ADDRESS__)
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
