/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/v1.h"

#include <stdio.h>

#include "admin/answer.h"
#include "admin/model.h"
#include "admin/stats.h"
#include "admin/v1_answer.h"
#include "admin/v1_word.h"
#include "config/config.h"
#include "config/config_fanout.h"
#include "core/known_table.h"

#define PATH_BYTES (sizeof("fanouts/") + 64)

/* One that is configured, or an address that a configured name has. */
static bool is_target(const char *fanout, const char *target)
{
	char path[PATH_BYTES + sizeof("/targets/") + ENDPOINT_TEXT];
	json_t *report, *one;
	bool found;

	snprintf(path, sizeof(path), "fanouts/%.63s/targets/%s", fanout, target);
	if (config_get(model_config(), path) != NULL)
		return true;
	report = stats_report();
	one = json_object_get(json_object_get(report, "fanouts"), fanout);
	found = json_object_get(json_object_get(one, "targets"), target) != NULL;
	json_decref(report);
	return found;
}

static void answer(struct http_request *r, const char *fanout, const struct fanout_conf *conf,
		   const char *target)
{
	struct shared_region *region = known_table_region();
	struct shared_table table;
	uint64_t count = 0;
	json_t *body;

	if (region != NULL && shared_table_find(region, slice_of(fanout), &table)) {
		count = shared_table_count(&table);
		shared_table_wish(&table, slice_of(target));
	}
	body = json_pack("{s:I, s:f}", "known", (json_int_t)count, "seconds",
			 (double)count / (double)conf->replay_rate);
	answer_json(r, body);
	json_decref(body);
	answer_send(r, 202);
}

void v1_replay_serve(struct http_request *r, const struct route_captures *captures)
{
	const char *fanout = captures->text[ROUTE_FANOUT];
	const struct object *object;
	char target[ENDPOINT_TEXT], path[PATH_BYTES];

	if (!v1_word_read(r, "target", target, sizeof(target))) {
		answer_problem(r, 400, "bad request",
			       "{\"target\": ADDRESS}, ?target=ADDRESS, or nothing for all");
		return;
	}
	snprintf(path, sizeof(path), "fanouts/%s", fanout);
	object = config_get(model_config(), path);
	if (object == NULL)
		v1_answer_missing(r, path);
	else if (target[0] == '\0' || is_target(fanout, target))
		answer(r, fanout, object->conf, target);
	else
		answer_problem(r, 404, "no such target",
			       "the fan-out has no target of that name or address");
}
