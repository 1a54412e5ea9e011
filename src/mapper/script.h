/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A script, for all routes that name it in the same words: its processes, and the calls that wait
 * for one of them. One process more than configured is kept: it takes over from one that does not
 * come back, so that a call which blocks costs no other call. A reload loads the script anew in
 * other processes; if it cannot be loaded, those that there are go on.
 */
#ifndef MAPPER_SCRIPT_H
#define MAPPER_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/script_frame.h"
#include "core/slice.h"

struct object;
struct script;
struct text;

/* A route, which has a script, uses it from now on: the script is started if it is new. */
struct script *script_use(struct object *route);
/* The route does not any more. The last one ends the script, once its calls are answered. */
void script_leave(struct script *script);
/* All scripts are loaded again, but for those that have just been started. */
void scripts_reload(void);
/* What was started until now is loaded again by the next scripts_reload(), too. */
void scripts_begun(void);
/* The mapper process ends: so do all processes of scripts, now. */
void scripts_end(void);

/* A call of a worker: it is answered, or forgotten once it takes too long. */
void scripts_take(uint64_t worker, const struct script_frame *f, struct slice key);
/* Appends an object of JSON for each, with commas between: the stats of the API. */
void scripts_report(struct text *out);
/* A worker is there that knows nothing yet. */
void scripts_announce(uint64_t worker);
/* A process of a script may have ended: SIGCHLD. */
void scripts_reap(void);

#endif
