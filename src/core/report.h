/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text that one process publishes in memory that it shares, and that others read: what the
 * resolver process knows, for the API. There is one of it. Nobody waits: there are two places, and
 * a writer fills the one that nobody reads. One that dies halfway leaves the text before.
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct arena;

#define REPORT_MAX (32u << 20)	/* bytes of a text; reserved twice, and used as far as written */

/* Makes the memory, before the first fork. false: errno. */
bool report_open(void) MUST_CHECK;
/* For one process alone, the writer. false: the text is too long, and is not published. */
bool report_write(struct slice text) MUST_CHECK;
/* A copy of the last whole text; empty: there is none, or the memory was damaged. */
struct slice report_read(struct arena *arena);

#endif
