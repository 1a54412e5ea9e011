/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process of a script, as the mapper process has it: forked, sent one call at a time, killed when
 * it does not come back, and noticed when it ends. Which calls it gets is script.c's.
 */
#ifndef MAPPER_SCRIPT_PROCESS_H
#define MAPPER_SCRIPT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base.h"
#include "core/list.h"
#include "mapper/mapper_call.h"
#include "mapper/script_output.h"
#include "proxy/script_stream.h"

struct script;

enum script_process_state {
	PROCESS_LOADING,
	PROCESS_IDLE,
	PROCESS_BUSY,
	PROCESS_LEAVING,	/* gets no call any more, and ends */
};

struct script_process_handlers;

struct script_process {
	struct list          link;		/* script.c's */
	struct script       *script;
	const struct script_process_handlers *handlers;
	pid_t                pid;
	uint32_t             generation;	/* of the script, as it loads it */
	enum script_process_state state;
	uint64_t             since_ms;		/* in this state: loop clock */
	uint64_t             born_ms;
	uint64_t             calls;		/* that it has answered */
	bool                 killed;		/* for its time: its end has been logged */
	struct mapper_call  *call;		/* BUSY */
	struct script_stream stream;
	struct script_output out, err;
	struct deferred      later;
};

struct script_process_handlers {
	void (*loaded)(struct script_process *p);
	void (*unloadable)(struct script_process *p, unsigned line, struct slice why);
	/* p->call is the call, and its owner's now. */
	void (*answered)(struct script_process *p, struct mapper_call *call,
			 enum script_status status, struct slice answer);
};

/* NULL, and logged: the system gives no process. */
struct script_process *script_process_new(struct script *script, uint32_t generation,
					  const struct script_process_handlers *handlers);
/* It is idle. */
void script_process_call(struct script_process *p, struct mapper_call *call);
/* It ends when it has nothing to do. */
void script_process_leave(struct script_process *p);
/* With all that it has forked. */
void script_process_kill(struct script_process *p);
/*
 * It has ended, and is not waited for yet: takes what it has sent before. Returns the call that it
 * had not begun with, which is the caller's again, or NULL; p->call is one that it had begun with.
 */
struct mapper_call *script_process_drain(struct script_process *p);
/* It has ended: closes it, and frees it in a later turn. */
void script_process_free(struct script_process *p);
#define SCRIPT_PROCESS_HOW 64
/* "was killed by signal 9": what waitpid() says. */
const char *script_process_how(int status, char buf[SCRIPT_PROCESS_HOW]);
/* Logs why it has no answer for that call. */
void script_process_report_failed(const struct script_process *p, const struct mapper_call *call,
				  struct slice why);
/* Logs that it has ended so, unless it was told to. */
void script_process_report(const struct script_process *p, int status);

#endif
