/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats.h"

#include <string.h>

#include "admin/model.h"
#include "config/config.h"
#include "core/scoreboard.h"

json_t *stats_state(void)
{
	const struct config *config = model_config();
	const char *path = config != NULL ? config->settings->state : NULL;
	uint64_t error = counter_sum(COUNTER_STATE_ERROR);
	json_t *o;

	if (path == NULL)
		return json_null();
	o = json_object();
	json_object_set_new(o, "file", json_string(path));
	json_object_set_new(o, "written_at", stats_time(counter_sum(COUNTER_STATE_WRITTEN_MS)));
	json_object_set_new(o, "write_errors_total",
			    json_integer((json_int_t)counter_sum(COUNTER_STATE_WRITE_ERRORS)));
	json_object_set_new(o, "last_error",
			    error != 0 ? json_string(strerror((int)(error & INT16_MAX))) :
					 json_null());
	return o;
}
