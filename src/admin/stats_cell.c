/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of services and backends as JSON: a loop over the rows of core/cell_counters.h. */
#include "admin/stats.h"
#include "core/scoreboard.h"
#include "proxy/health.h"

static const char *const error_words[DIAL_ERRORS] = {
	[DIAL_REFUSED] = "refused", [DIAL_TIMEOUT] = "timeout",
	[DIAL_UNREACHABLE] = "unreachable", [DIAL_RESET] = "reset",
};

static void put_errors(struct json_writer *w, const _Atomic uint64_t *counts)
{
	json_writer_open(w, '{');
	for (unsigned i = 0; i < DIAL_ERRORS; i++)
		stats_count(w, error_words[i], stats_load(&counts[i]));
	json_writer_close(w, '}');
}

/* Only reasons that have occurred. */
static void put_ended(struct json_writer *w, const _Atomic uint64_t *counts)
{
	json_writer_open(w, '{');
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		uint64_t n = stats_load(&counts[i]);

		if (n != 0)
			stats_count(w, reasons[i].name, n);
	}
	json_writer_close(w, '}');
}

/* A quantile to the microsecond. */
static void put_quantile(struct json_writer *w, const char *name, const struct histogram *h,
			 const struct histogram_scale *scale, double q)
{
	json_writer_key(w, name);
	stats_rounded(w, histogram_quantile(h, scale, q), 1000000);
}

static void put_quantiles(struct json_writer *w, const struct histogram *h,
			  const struct histogram_scale *scale)
{
	json_writer_open(w, '{');
	put_quantile(w, "p50", h, scale, 0.5);
	put_quantile(w, "p99", h, scale, 0.99);
	stats_count(w, "count", histogram_total(h, scale));
	json_writer_close(w, '}');
}

static void put_value(struct json_writer *w, const struct cell_row *row, const void *cell)
{
	const void *field = (const char *)cell + row->offset;

	switch (row->type) {
	case CELL_COUNTER:
	case CELL_GAUGE:
		stats_divided(w, stats_load(field), row->divisor);
		return;
	case CELL_GAUGE32:
		stats_divided(w, atomic_load((const _Atomic uint32_t *)field), row->divisor);
		return;
	case CELL_ACTIVE:
		json_writer_integer(w, active_count(field));
		return;
	case CELL_DOWNTIME:
		stats_divided(w, stats_load(field) + health_cell_downtime(cell), row->divisor);
		return;
	case CELL_TIME:
		stats_time(w, stats_load(field));
		return;
	case CELL_REASONS:
		put_ended(w, field);
		return;
	case CELL_ERRORS:
		put_errors(w, field);
		return;
	case CELL_CONNECT_TIME:
		put_quantiles(w, field, &histogram_connect);
		return;
	case CELL_DURATION:
		put_quantiles(w, field, &histogram_duration);
		return;
	}
	json_writer_null(w);
}

void stats_cell(struct json_writer *w, const struct cell_row *table, enum cell_group group,
		const void *cell)
{
	for (const struct cell_row *row = table; row->name != NULL; row++) {
		if (row->group != group)
			continue;
		json_writer_key(w, row->name);
		put_value(w, row, cell);
	}
}
