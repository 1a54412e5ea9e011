/* SPDX-License-Identifier: BSD-2-Clause */
/* Counters of services and backends as JSON: a loop over the rows of core/cell_counters.h. */
#include "admin/stats.h"
#include "core/scoreboard.h"
#include "proxy/health.h"

static const char *const error_words[DIAL_ERRORS] = {
	[DIAL_REFUSED] = "refused", [DIAL_TIMEOUT] = "timeout",
	[DIAL_UNREACHABLE] = "unreachable", [DIAL_RESET] = "reset",
};

json_t *stats_divided(uint64_t stored, unsigned divisor)
{
	if (divisor <= 1)
		return json_integer((json_int_t)stored);
	return json_real((double)stored / divisor);
}

static json_t *errors(const _Atomic uint64_t *counts)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < DIAL_ERRORS; i++)
		json_object_set_new(all, error_words[i],
				    json_integer((json_int_t)stats_load(&counts[i])));
	return all;
}

/* Only reasons that have occurred. */
static json_t *ended(const _Atomic uint64_t *counts)
{
	json_t *all = json_object();

	for (unsigned i = 0; i < REASON_COUNT; i++) {
		uint64_t n = stats_load(&counts[i]);

		if (n != 0)
			json_object_set_new(all, reasons[i].name, json_integer((json_int_t)n));
	}
	return all;
}

/* A quantile to the microsecond. */
static json_t *quantile(const struct histogram *h, const struct histogram_scale *scale, double q)
{
	return stats_rounded(histogram_quantile(h, scale, q), 1e6);
}

static json_t *quantiles(const struct histogram *h, const struct histogram_scale *scale)
{
	return json_pack("{s:o, s:o, s:I}", "p50", quantile(h, scale, 0.5), "p99",
			 quantile(h, scale, 0.99), "count",
			 (json_int_t)histogram_total(h, scale));
}

static json_t *value(const struct cell_row *row, const void *cell)
{
	const void *field = (const char *)cell + row->offset;

	switch (row->type) {
	case CELL_COUNTER:
	case CELL_GAUGE:
		return stats_divided(stats_load(field), row->divisor);
	case CELL_GAUGE32:
		return stats_divided(atomic_load((const _Atomic uint32_t *)field), row->divisor);
	case CELL_ACTIVE:
		return json_integer(active_count(field));
	case CELL_DOWNTIME:
		return stats_divided(stats_load(field) + health_cell_downtime(cell),
				     row->divisor);
	case CELL_TIME:
		return stats_time(stats_load(field));
	case CELL_REASONS:
		return ended(field);
	case CELL_ERRORS:
		return errors(field);
	case CELL_CONNECT_TIME:
		return quantiles(field, &histogram_connect);
	case CELL_DURATION:
		return quantiles(field, &histogram_duration);
	}
	return json_null();
}

void stats_cell(json_t *o, const struct cell_row *table, enum cell_group group,
		const void *cell)
{
	for (const struct cell_row *row = table; row->name != NULL; row++) {
		if (row->group == group)
			json_object_set_new(o, row->name, value(row, cell));
	}
}
