/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names as backends. A backend whose address is a name is a group: the object that the file and
 * the API know. Its members, "two@10.0.0.7:80" of "two", are made of it and of what DNS has
 * answered. They are objects in no configuration: nobody can write them.
 */
#ifndef CONFIG_CONFIG_MEMBERS_H
#define CONFIG_CONFIG_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config_diff.h"
#include "config/config_structs.h"
#include "config/object.h"

#define CONFIG_MEMBERS_MAX 4096	/* of one group */

/* What a name stands for; port 0: the port is that of the group. */
struct member_address {
	struct addr addr;
	uint16_t    priority, weight;	/* of an SRV record */
};

struct members {
	struct object **list;	/* by address; each is held */
	size_t          count;
};

bool config_members_is_group(const struct backend_conf *conf);
bool config_members_is_member(const struct backend_conf *conf);
bool config_members_group_object(const struct object *object);
bool config_members_member_object(const struct object *object);
/* Whether `member` is the name of a member of a group that is called `group`. */
bool config_members_named(const char *group, const char *member);

/*
 * The members of a group, in *out; config_members_free(). Order and duplicates of the addresses
 * mean nothing. A member that says what the one in `before` says is that object.
 */
void config_members(const struct object *group, const struct member_address *list, size_t count,
		    const struct members *before, struct members *out);
void config_members_free(struct members *members);
/* The one with the address of `member`; NULL: there is none. */
struct object *config_members_find(const struct members *members, const struct object *member);

/*
 * Appends what differs: additions and changes, then removals; `path` is that of the group. Texts
 * are empty.
 */
void config_members_diff(const char *path, const struct members *before,
			 const struct members *after, struct arena *arena,
			 struct config_diff *diff);

#endif
