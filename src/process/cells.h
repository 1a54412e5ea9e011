/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which cells of the shared memory belong to the services and backends of a
 * configuration. Lives in the configuration's arena and is never changed once
 * made: a new configuration gets a new record, which takes over the cells of
 * everything that keeps its name.
 */
#ifndef PROCESS_CELLS_H
#define PROCESS_CELLS_H

#include <stddef.h>

#include "core/base.h"
#include "core/handle.h"

struct config;
struct conf_errors;

struct cell_index {	/* sorted by name */
	const char        *name;
	struct handle      handle;
	const struct addr *addr;	/* of a backend */
};

struct cells {
	const struct config *config;
	struct handle       *services;		/* as config->services */
	struct handle      **backends;		/* as their backends */
	struct cell_index   *service_names;
	struct cell_index  **backend_names;	/* as config->services */
};

/* `before` (may be NULL) is taken over from. NULL with an error when there are no cells left. */
const struct cells *cells_new(struct config *config, const struct cells *before,
			      struct conf_errors *errors) MUST_CHECK;
/*
 * Committed: backends that have another address than `before` begin anew, as added ones
 * do. What the old address met says nothing about the new one.
 */
void cells_forget_moved(const struct cells *cells, const struct cells *before);
/* Gives back what `cells` has and `before` has not: it was never used. */
void cells_undo(const struct cells *cells, const struct cells *before);

/* Index HANDLE_NONE: no such name. */
struct handle cells_service(const struct cells *cells, const char *service);
struct handle cells_backend(const struct cells *cells, const char *service, const char *backend);

#endif
