/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of scripts, as a worker makes them: one stream to the mapper process, which passes them on
 * to a process of the script. A stream that ends is made anew, and what was called is called again:
 * it is only a question. Nothing here waits.
 */
#ifndef PROXY_SCRIPTS_H
#define PROXY_SCRIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"
#include "core/script_frame.h"
#include "core/slice.h"

struct script_call;

typedef void script_answered(struct script_call *c, enum script_status status,
			     uint32_t generation, struct slice answer);

/* Embedded in its owner. All zero: it is not under way. */
struct script_call {
	uint32_t         id;		/* 0: not under way */
	uint64_t         script;	/* config_script_id() */
	uint64_t         begun_ms;	/* loop clock */
	struct slice     key;		/* the owner's */
	script_answered *answered;	/* once; the call is over then */
};

/* script, key and answered are set. false: too many are under way. */
bool scripts_call(struct script_call *c) MUST_CHECK;
void scripts_cancel(struct script_call *c);
/*
 * How long the call may still take, in milliseconds: `limit_ms` from the moment on in which the
 * script could take it. While it is being loaded that is a time after which to ask again. 0: over.
 */
uint64_t scripts_left(const struct script_call *c, uint64_t limit_ms);
/* As the script was last loaded; answers of other generations are old. */
uint32_t scripts_generation(uint64_t script);

void scripts_close(void);

#endif
