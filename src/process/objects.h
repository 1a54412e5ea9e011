/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cells of the shared memory for configured objects. An object has the cell of the one that had
 * its path before, or a new one; the handle is written into it once, before anybody else sees it.
 */
#ifndef PROCESS_OBJECTS_H
#define PROCESS_OBJECTS_H

#include <stdbool.h>

#include "core/base.h"
#include "core/layout.h"

struct conf_errors;
struct config;
struct object;

/*
 * Gives `object` its handles: those of `before`, which has its path now, or (NULL) a new cell below
 * `parent` (NULL: it is the root). `running`: the parent is in force already. false and told: there
 * are no cells left.
 */
bool objects_take(struct object *object, const struct object *before, const struct object *parent,
		  bool running, struct conf_errors *errors) MUST_CHECK;
/* The same for everything in a configuration, before anything is in force. */
bool objects_take_all(const struct config *config, struct conf_errors *errors) MUST_CHECK;
/* A start: the backend at `path`, if there is one, is as it was when heddle stopped. */
void objects_restore(const struct config *config, const char *path, enum health health);
/* Its cell is given back: it was never used, or nobody uses it any more. */
void objects_give(const struct object *object);

/*
 * In force: a backend with another address than `before` begins anew, as an added one does. What
 * the old address met says nothing about the new one.
 */
void objects_moved(const struct object *object, const struct object *before,
		   const struct object *parent);
/* Sessions that are counted in its cell now. */
bool objects_in_use(const struct object *object);

#endif
