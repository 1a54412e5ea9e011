/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process of a script writes to its standard output or error: lines of heddle's log. */
#ifndef MAPPER_SCRIPT_OUTPUT_H
#define MAPPER_SCRIPT_OUTPUT_H

#include <stddef.h>

#include "core/log.h"
#include "event/event.h"

#define SCRIPT_OUTPUT_LINE 1000	/* bytes; a longer one becomes several */

struct script_output {
	struct event     event;
	enum log_level   level;
	struct log_limit limit;
	const char      *name;		/* of the script; as long as this */
	size_t           len;
	char             line[SCRIPT_OUTPUT_LINE];
};

/* Takes over `fd`, the reading end of a pipe. */
void script_output_open(struct script_output *o, int fd, enum log_level level, const char *name);
/* Logs what there still is. */
void script_output_close(struct script_output *o);

#endif
