/* SPDX-License-Identifier: BSD-2-Clause */
/* What differs between two configurations, as the operations of a change. */
#ifndef CONFIG_CONFIG_DIFF_H
#define CONFIG_CONFIG_DIFF_H

#include "config/config.h"
#include "core/conf_errors.h"

struct arena;
struct config_file;
struct item;

/* In the order in which they must be applied. */
enum diff_verb { DIFF_ADD, DIFF_CHANGE, DIFF_REMOVE };

struct diff_row {
	enum diff_verb verb;
	const char    *path;		/* of the object */
	struct object *object;		/* the new one; for DIFF_REMOVE the old one */
	/*
	 * For people: "services.web.balance: round_robin -> first", one line for
	 * each value that changed. "" where another row has said it already.
	 */
	const char    *text;
	bool           cut;		/* sessions of what is removed are ended */
	bool           quiet;		/* nothing but its place changed, which means nothing */
};

struct config_diff {
	struct diff_row *rows;
	size_t           count, room;
};

/*
 * Compares a configuration with a file that was loaded. false when a changed directive needs a
 * restart: told in errors with its line. Rows and texts live in `arena`. Objects of rows are held
 * until config_diff_close().
 */
bool config_diff(const struct config *from, const struct config_file *to, struct arena *arena,
		 struct config_diff *diff, struct conf_errors *errors) MUST_CHECK;
/*
 * The same for one item and what is below it, where `path` is that of the item. `own`: what is
 * below it and has a name is not compared.
 */
void config_diff_item(const struct config *from, const struct item *item, const char *path,
		      bool own, struct arena *arena, struct config_diff *diff);
/*
 * Rows that remove what is at `path` and below: children before their parents. `cut`: and end its
 * sessions.
 */
void config_diff_remove(const struct config *from, const char *path, bool cut,
			struct arena *arena, struct config_diff *diff);
void config_diff_close(struct config_diff *diff);
/* A row more, for what no configuration shows; a reference to its object passes to it. */
void config_diff_add(struct config_diff *diff, struct arena *arena, const struct diff_row *row);
/* The rows from `from` on in the opposite order: children before their parents. */
void config_diff_reverse(struct config_diff *diff, size_t from);

#endif
