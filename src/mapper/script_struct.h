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
#include "mapper/mapper_call.h"
#include "mapper/script_keys.h"

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
	struct list      lanes[LANES];	/* calls that wait, the oldest first: script_queue.h */
	struct script_keys *keys;
	uint64_t         usual;		/* what an answer takes, on average: script_queue.c */
	uint64_t         care_ms;	/* loop clock: other keys are cared for until then; 0: no */
	bool             reserves;	/* some processes, then */
	uint64_t         held_ms;	/* loop clock: no call of LANE_HELD is made before */
	enum script_state state;
	uint64_t         state_ms;	/* loop clock: since then */
	uint32_t         generation;	/* of processes that are given calls */
	uint32_t         next;		/* of those that load it anew; 0: none do */
	bool             fresh;		/* started by the change that is applied now */
	uint64_t         pause_ms;	/* before the next process after one that has failed */
	uint64_t         start_ms;	/* loop clock: no process is started before */
	bool             loads_once_more;	/* those that loaded it were killed */
	struct timer     timer;
	struct script_counts *counts;	/* in shared memory, or `own_counts` */
	struct script_counts own_counts;
};

#endif
