/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shuttle's configuration and state files at the start of the command: a service that cannot be
 * is told and left out, the others are used.
 */
#ifndef COMPAT_SHUTTLE_FILE_H
#define COMPAT_SHUTTLE_FILE_H

#include "config/shuttle.h"
#include "core/base.h"

struct arena;
struct text;

/*
 * Fills *tree with "services" and "shuttle" in the shape of heddle.yaml. false, and told: the file
 * is missing, or no document.
 */
bool shuttle_file_read(const char *path, enum shuttle_dialect dialect, struct arena *arena,
		       struct node **tree) MUST_CHECK;

/*
 * Leaves out services that heddle refuses; `addresses`: also those whose address another program
 * has.
 */
void shuttle_file_check(struct node *tree, bool addresses, struct arena *arena);

/* Appends the tree as YAML. */
void shuttle_file_print(const struct node *tree, struct text *out);

/* false: something listens on the address already; `why` says what. Nothing stays open. */
bool shuttle_file_can_listen(const char *address, char *why, size_t size) MUST_CHECK;

#endif
