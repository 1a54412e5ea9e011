/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The master's table of names: the groups that are in force with their members, and what DNS has
 * answered for each name. Members are in no configuration; a child inherits the table by fork.
 */
#ifndef PROCESS_NAMES_TABLE_H
#define PROCESS_NAMES_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "config/config_members.h"

struct named_addresses;

struct names_group {
	char          *path;
	struct object *object;		/* held */
	struct members members;
	uint64_t       applied;		/* number of the answer that they are made of; 0: none */
	unsigned       short_of;	/* addresses that there were no cells for */
	unsigned       looping;		/* addresses that lead back to heddle: config_ring.h */
};

/* A start: the groups of a configuration, which have no members yet. */
void names_table_begin(const struct config *config);
void names_table_close(void);

struct names_group *names_table_group(const char *path);	/* NULL: there is none */
bool names_table_empty(void);	/* no group at all */
void names_table_each(void (*each)(struct names_group *group, void *arg), void *arg);
/* In force: `object` is held, *members passes to the table. The new one, or the one it was. */
struct names_group *names_table_put(const char *path, struct object *object,
				    struct members *members, uint64_t applied);
/* Addresses that are not used, for the stats too. */
void names_table_left_out(struct names_group *group, unsigned short_of, unsigned looping);
void names_table_remove(const char *path);
/* Forgets answers that no group needs any more. */
void names_table_prune(void);

/* An answer; false: it is the one that is known, or no group has that name. */
bool names_table_answer(const struct named_addresses *names);
/* What the group stands for, in *out; returns the number of the answer. */
uint64_t names_table_members(const struct object *group, const struct members *before,
			     struct members *out);
/* Whether the members of a group, or of any, are not those of its answer: a change is due. */
bool names_table_is_outdated(struct names_group *group);
bool names_table_outdated(void);

/* TOLD_...: who is sent this object, or the removal of it. */
unsigned names_table_receivers(const struct object *object, const char *path);
/* For each member: it, NULL, its path. */
void names_table_each_member(config_visitor *visit, void *arg);

#endif
