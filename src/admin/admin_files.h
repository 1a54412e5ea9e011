/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files that `admin` names: certificate, key, authorities, tokens. The master reads and checks
 * them with the rights that heddle was started with, so that only root need be able to read the
 * key; the control process gets their bytes, at its start and with a reload.
 */
#ifndef ADMIN_ADMIN_FILES_H
#define ADMIN_ADMIN_FILES_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct conf_errors;
struct node;
struct settings;
struct text;

/* For struct process_kind: what the files have, as bytes. false: told, each with its line. */
bool admin_files_read(const struct settings *settings, const struct node *tree, struct text *out,
		      struct conf_errors *errors) MUST_CHECK;

/* In the control process: these are used from the next commit on. */
void admin_files_take(struct slice bytes);
void admin_files_commit(void);
void admin_files_close(void);

#endif
