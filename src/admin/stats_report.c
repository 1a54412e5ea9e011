/* SPDX-License-Identifier: BSD-2-Clause */
/* What the resolver and the mapper process report, as the API shows it. */
#include "admin/stats.h"

#include <string.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/report.h"

/* The report has the time of the last good answer, by the clock of all processes. */
static json_t *age(json_int_t confirmed_ms)
{
	uint64_t now = clock_ms();

	if (confirmed_ms <= 0 || (uint64_t)confirmed_ms > now)
		return json_null();
	return json_integer((json_int_t)((now - (uint64_t)confirmed_ms) / 1000));
}

static bool is_failure(const char *status)
{
	return status != NULL && strcmp(status, "ok") != 0 && strcmp(status, "pending") != 0;
}

static void finish_name(json_t *name)
{
	const char *status = json_string_value(json_object_get(name, "status"));
	json_t *error = is_failure(status) ? json_string(status) : json_null();

	json_object_set_new(name, "age_seconds",
			    age(json_integer_value(json_object_get(name, "confirmed_ms"))));
	json_object_set_new(name, "error", error);
	json_object_del(name, "status");
	json_object_del(name, "records");
	json_object_del(name, "confirmed_ms");
}

static void finish_resolver(json_t *resolver)
{
	json_t *names = json_object_get(resolver, "names"), *value;
	const char *name;

	json_object_foreach(names, name, value)
		finish_name(value);
}

/* None yet, or the shared memory is damaged: an empty one. */
static json_t *read_report(enum report_of of)
{
	struct arena *arena = arena_new();
	struct slice text = report_read(of, arena);
	json_t *report = json_loadb(text.data, text.len, 0, NULL);

	arena_free(arena);
	if (json_is_object(report))
		return report;
	json_decref(report);
	return json_object();
}

json_t *stats_report(void)
{
	json_t *report = read_report(REPORT_RESOLVER), *mapper = read_report(REPORT_MAPPER);
	json_t *scripts = json_object_get(mapper, "scripts");

	finish_resolver(json_object_get(report, "resolver"));
	json_object_set_new(report, "scripts", json_is_array(scripts) ? json_incref(scripts)
								      : json_array());
	json_decref(mapper);
	return report;
}

static int append(const char *bytes, size_t len, void *out)
{
	text_append(out, bytes, len);
	return 0;
}

void stats_report_write(struct json_writer *w)
{
	json_t *report = stats_report(), *value;
	const char *name;

	json_object_foreach(report, name, value) {
		json_writer_key(w, name);
		json_dump_callback(value, append, w->out,
				   JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	}
	json_decref(report);
}
