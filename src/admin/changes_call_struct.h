/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a call, for changes.c and changes_call.c alone. */
#ifndef ADMIN_CHANGES_CALL_STRUCT_H
#define ADMIN_CHANGES_CALL_STRUCT_H

#include "config/config_edit.h"
#include "core/list.h"

struct changes_handlers;
struct http_request;

struct changes_call {
	struct list          link;
	struct arena        *arena;	/* owns this */
	struct http_request *request;	/* NULL: the client has gone */
	const struct changes_handlers *handlers;
	void                *arg;
	const char          *by;
	const char          *audit;	/* which request, by whom, from where */
	bool                 dry_run;
	struct config_edit  *edits;
	size_t               edit_count, edit_room;
	struct conf_errors   errors;
	struct config_diff   diff;
	struct config       *before, *after;
};

#endif
