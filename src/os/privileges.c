/* SPDX-License-Identifier: BSD-2-Clause */
#include "os/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* In this order: without root the groups could not be set any more. */
static void become(const struct identity *id)
{
	if (initgroups(id->name, id->gid) == -1)
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

void privileges_hide_memory(void)
{
	/* LeakSanitizer traces its own process */
#if defined(HAVE_PRCTL) && !defined(__SANITIZE_ADDRESS__)
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}
