/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What workers, the mapper process and the processes of scripts send each other: a header, and
 * `size` bytes behind it. All of them are the same program on the same machine. A process of a
 * script runs code of others: what it sends is checked like what a client sends.
 */
#ifndef CORE_SCRIPT_FRAME_H
#define CORE_SCRIPT_FRAME_H

#include <stdint.h>

#define SCRIPT_FRAME_MOST 4096	/* bytes behind a header: a key, an answer, why there is none */

enum script_frame_kind {
	SCRIPT_FRAME_CALL = 1,	/* to a script: the key follows */
	SCRIPT_FRAME_ANSWER,	/* status: enum script_status; the answer, or a sentence, follows */
	/* From the mapper process to workers. */
	SCRIPT_FRAME_STATE,	/* status: enum script_state, of all calls from now on */
	/* From the process of a script, once: it takes calls, or (a sentence follows) it cannot. */
	SCRIPT_FRAME_LOADED,
	SCRIPT_FRAME_UNLOADABLE,
	SCRIPT_FRAME_KINDS
};

enum script_status {
	SCRIPT_FOUND,		/* addresses: cache_value.h */
	SCRIPT_UNKNOWN,		/* the script knows no node for the key */
	SCRIPT_FAILED,		/* it raised an error, returned something else, or has died */
	SCRIPT_STATUSES
};

/* Of a script, as workers are told: how long a session waits for an answer depends on it. */
enum script_state {
	SCRIPT_LOADING,		/* no process has loaded it yet: calls wait */
	SCRIPT_SERVING,
	SCRIPT_BROKEN,		/* none can: calls fail at once */
	SCRIPT_STATES
};

struct script_frame {
	uint32_t size;
	uint16_t kind, status;
	uint32_t call;		/* chosen by who calls */
	uint32_t generation;	/* of the script, as it was loaded: answers of others are old */
	uint64_t script;	/* config_script_id() */
};

#endif
