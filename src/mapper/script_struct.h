/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script consists of, for its own files. */
#ifndef MAPPER_SCRIPT_STRUCT_H
#define MAPPER_SCRIPT_STRUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"
#include "core/script_counts.h"
#include "core/script_frame.h"
#include "event/event.h"

struct object;
struct script_conf;

struct script {
	struct list      link;		/* all of them */
	struct deferred  later;
	uint64_t         id;		/* config_script_id() */
	struct object   *route;		/* held: one that uses it, or did */
	const struct script_conf *conf;	/* of that */
	const char      *cache;		/* that it fills, once; NULL: it answers calls */
	unsigned         users;		/* routes; 0: it ends */
	struct list      processes;	/* all that have not ended */
	struct list      queue;		/* calls, the oldest first */
	enum script_state state;
	uint64_t         state_ms;	/* loop clock: since then */
	uint32_t         generation;	/* of processes that are given calls */
	uint32_t         next;		/* of those that load it anew; 0: none do */
	bool             fresh;		/* started by the change that is applied now */
	uint64_t         pause_ms;	/* before the next process after one that has failed */
	uint64_t         start_ms;	/* loop clock: no process is started before */
	struct timer     timer;
	struct script_counts *counts;	/* in shared memory, or `own_counts` */
	struct script_counts own_counts;
};

#endif
