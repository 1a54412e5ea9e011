/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the running heddle's pid file is, for -s: also when its configuration is broken by now. */
#ifndef CTL_PID_PATH_H
#define CTL_PID_PATH_H

#include <stdbool.h>

#include "core/base.h"

struct client_target;
struct config_source;

enum pid_path {
	PID_PATH_FOUND,
	PID_PATH_OFF,		/* the configuration says that there is none */
	PID_PATH_UNKNOWN,	/* a guess might signal another heddle; printed */
};

/*
 * `given`: the command line names the configuration file. When that file cannot be read, a
 * heddle that runs with the default pid file is not the one that is meant.
 */
enum pid_path pid_path_find(const struct config_source *source, bool given,
			    struct client_target *target) MUST_CHECK;

#endif
