/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Documents of shuttle's, its configuration and state files, in the place of heddle's own: they
 * become a tree in the shape of heddle.yaml, which is read like any other.
 */
#ifndef CONFIG_SHUTTLE_DOCUMENT_H
#define CONFIG_SHUTTLE_DOCUMENT_H

#include "config/shuttle_read.h"

/*
 * Whether a file is a document of shuttle's: a list at the top, or `services` is a list in which
 * something has a word of shuttle's (address, check_interval, ...) and nothing has `listen`.
 */
bool shuttle_document_is(const struct node *root);

/*
 * The tree; keys at the top that are not shuttle's (admin, log) stay. One warning for each
 * service about what is kept and has no effect. NULL: told.
 */
struct node *shuttle_document_tree(const struct shuttle_reader *in, const struct node *root);

/* The same from JSON text, such as a state file. */
struct node *shuttle_document_parse(const struct shuttle_reader *in, struct slice text);

#endif
