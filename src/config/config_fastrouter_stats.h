/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a uwsgi service says what it knows, as the stats server of uWSGI's fastrouter does. */
#ifndef CONFIG_CONFIG_FASTROUTER_STATS_H
#define CONFIG_CONFIG_FASTROUTER_STATS_H

#include <stdbool.h>

#include "config/config_listen.h"

struct fastrouter_stats_conf {
	struct listen_conf use;	/* first: its kind listens */
	bool http;		/* answers requests of HTTP, and not a connect alone */
	bool minified;		/* without white space */
};

#endif
