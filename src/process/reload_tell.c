/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A service that is new brings its backends, one that goes takes them along:
 * rows about those are skipped.
 */
#include "process/reload_tell.h"

#include "core/config.h"
#include "process/cells.h"
#include "process/change.h"
#include "process/running.h"
#include "process/transaction.h"

static void tell_settings(const struct cells *cells)
{
	struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_SETTINGS,
				.conf.settings = &cells->config->settings };

	transaction_tell(&op);
}

static void put_backend(const struct cells *cells, const char *service,
			const struct backend_conf *conf)
{
	struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_BACKEND,
				.service = cells_service(cells, service),
				.backend = cells_backend(cells, service, conf->name),
				.conf.backend = conf };

	transaction_tell(&op);
}

static void put_service(const struct cells *cells, const struct diff_row *row)
{
	const struct service_entry *entry = row->entry;
	struct change_op op = { .verb = CHANGE_PUT, .object = CHANGE_SERVICE,
				.service = cells_service(cells, entry->conf.name),
				.conf.service = &entry->conf };

	transaction_tell(&op);
	for (size_t i = 0; row->verb == DIFF_ADD && i < entry->count; i++)
		put_backend(cells, entry->conf.name, &entry->backends[i]);
}

static void delete_service(const struct diff_row *row)
{
	struct change_op op = { .verb = CHANGE_DELETE, .object = CHANGE_SERVICE,
				.service = cells_service(running_cells(), row->service) };

	transaction_tell(&op);
}

static void delete_backend(const struct diff_row *row)
{
	struct change_op op = {
		.verb = CHANGE_DELETE,
		.object = CHANGE_BACKEND,
		.service = cells_service(running_cells(), row->service),
		.backend = cells_backend(running_cells(), row->service, row->backend),
	};

	transaction_tell(&op);
}

static void tell_backend(const struct cells *cells, const struct diff_row *row)
{
	bool was = cells_service(running_cells(), row->service).index != HANDLE_NONE;
	bool is = cells_service(cells, row->service).index != HANDLE_NONE;

	if (!was || !is)
		return;
	if (row->verb == DIFF_REMOVE)
		delete_backend(row);
	else
		put_backend(cells, row->service, row->backend_conf);
}

void reload_tell(const struct config_diff *diff, const struct cells *cells)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_row *row = &diff->rows[i];

		if (row->object == DIFF_SETTINGS)
			tell_settings(cells);
		else if (row->object == DIFF_SERVICE && row->verb == DIFF_REMOVE)
			delete_service(row);
		else if (row->object == DIFF_SERVICE)
			put_service(cells, row);
		else if (row->object == DIFF_BACKEND)
			tell_backend(cells, row);
	}
}
