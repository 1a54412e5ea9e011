/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that processes of a kind need and may not be able to open (struct process_kind.files). The
 * master reads them at the start and with each reload and keeps their bytes; a process of the kind
 * inherits them, or is sent them. All others wipe them.
 */
#ifndef PROCESS_KIND_FILES_H
#define PROCESS_KIND_FILES_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct conf_errors;
struct node;
struct process_kind;
struct settings;

/* Reads and checks all of them: they are proposed. false: told in `errors`; nothing is proposed. */
bool kind_files_propose(const struct settings *settings, const struct node *tree,
			struct conf_errors *errors) MUST_CHECK;
bool kind_files_differ(void);		/* what is proposed, from what is in force */
void kind_files_withdraw(void);
/* What is proposed, if anything, is in force, and sent to the processes that are there. */
void kind_files_accept(void);

/* In a child: wipes what is not for its kind. */
void kind_files_inherit(const struct process_kind *kind);
struct slice kind_files_bytes(void);	/* of its kind; empty: there are none */

#endif
