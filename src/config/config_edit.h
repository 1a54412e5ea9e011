/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Edits of a configuration: what the API changes. The tree of an edit is read by the functions
 * that read the file, so it has the same rules and messages. The control process calls these to
 * answer its clients, and the master again, because it trusts nobody.
 */
#ifndef CONFIG_CONFIG_EDIT_H
#define CONFIG_CONFIG_EDIT_H

#include "config/config_diff.h"
#include "core/base.h"
#include "core/node.h"

enum edit_verb {
	EDIT_PUT,	/* the object becomes what `tree` says, with everything below it */
	/*
	 * Its own directives and its lists without names (listen) become what `tree` says; what
	 * is below it and has a name stays.
	 */
	EDIT_PUT_OWN,
	EDIT_DELETE,	/* it and everything below it is removed; its sessions drain */
	EDIT_CUT,	/* the same, and its sessions are ended */
	EDIT_VERBS
};

struct config_edit {
	enum edit_verb     verb;
	const char        *path;	/* "services/web/backends/one", CONFIG_DEFAULTS_PATH */
	const struct node *tree;	/* what the file may have there; EDIT_DELETE: NULL */
};

/*
 * Appends the rows of one edit against `now`; they live in `arena`. An object that is not there is
 * added behind its siblings. false: told in errors, with the path of what is wrong; rows that
 * were appended stay the caller's to close.
 */
bool config_edit_diff(const struct config *now, const struct config_edit *edit,
		      struct arena *arena, struct config_diff *diff,
		      struct conf_errors *errors) MUST_CHECK;
/*
 * The same for the first of several edits of one change. Objects that later ones name do not have
 * to fit new `defaults`: they are read again, or go.
 */
bool config_edit_diff_first(const struct config *now, const struct config_edit *edit,
			    size_t count, struct arena *arena, struct config_diff *diff,
			    struct conf_errors *errors) MUST_CHECK;

/* Puts the rows from `from` on in force in `next`. */
void config_edit_apply(struct config *next, const struct config_diff *diff, size_t from);

/*
 * Rows of several edits one behind the other become what they are together, against `from`: one
 * row for each object, parents before children, removals last and children first. Their sentences
 * are kept in order.
 */
void config_edit_join(const struct config *from, struct config_diff *diff, struct arena *arena);

enum edit_result {
	EDIT_FITS,
	EDIT_INVALID,	/* a backend's address leads to heddle itself */
	EDIT_CONFLICT,	/* an address that something else has */
};

/*
 * What can only be seen with all objects at hand: `next` is `before` with the rows of `diff` from
 * `from` on in force. Errors are told with both objects. Costs what the rows touch, and a look at
 * all listeners where an address is new.
 */
enum edit_result config_edit_check(const struct config *before, const struct config *next,
				   const struct config_diff *diff, size_t from,
				   struct arena *arena, struct conf_errors *errors);

#endif
