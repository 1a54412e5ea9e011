/* SPDX-License-Identifier: BSD-2-Clause */
#include "admin/stats.h"

#include <string.h>

#include "admin/model.h"
#include "config/config.h"
#include "core/scoreboard.h"

void stats_state(struct json_writer *w)
{
	const struct config *config = model_config();
	const char *path = config != NULL ? config->settings->state : NULL;
	uint64_t error = counter_sum(COUNTER_STATE_ERROR);

	if (path == NULL) {
		json_writer_null(w);
		return;
	}
	json_writer_open(w, '{');
	json_writer_put_string(w, "file", path);
	json_writer_key(w, "written_at");
	stats_time(w, counter_sum(COUNTER_STATE_WRITTEN_MS));
	stats_count(w, "write_errors_total", counter_sum(COUNTER_STATE_WRITE_ERRORS));
	json_writer_put_string(w, "last_error",
			       error != 0 ? strerror((int)(error & INT16_MAX)) : NULL);
	json_writer_close(w, '}');
}
