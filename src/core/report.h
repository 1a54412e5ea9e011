/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A text that one process publishes in memory that it shares, and that others read: what the
 * resolver process and the mapper process know, for the API. Each has one. Nobody waits: there are
 * two places, and a writer fills the one that nobody reads. One that dies halfway leaves the text
 * before.
 */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <stdbool.h>

#include "core/base.h"
#include "core/slice.h"

struct arena;

#define REPORT_MAX (32u << 20)	/* bytes of a text; reserved twice, and used as far as written */

/* Whose it is. */
enum report_of { REPORT_RESOLVER, REPORT_MAPPER, REPORTS };

/* Makes the memory, before the first fork. false: errno. */
bool report_open(void) MUST_CHECK;
/* For one process alone, whose it is. false: the text is too long, and is not published. */
bool report_write(enum report_of of, struct slice text) MUST_CHECK;
/* A copy of the last whole text; empty: there is none, or the memory was damaged. */
struct slice report_read(enum report_of of, struct arena *arena);

#endif
