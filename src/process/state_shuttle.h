/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A state file of shuttle's in the place of heddle's own: whoever comes from shuttle goes on with
 * what ran there. It has no base, and becomes a file of heddle's with the next write.
 */
#ifndef PROCESS_STATE_SHUTTLE_H
#define PROCESS_STATE_SHUTTLE_H

#include "process/state_origin.h"

/* The text as a document of shuttle's. false: it is none. `why` as in state_document_read(). */
bool state_shuttle_read(struct slice text, enum shuttle_dialect dialect, struct arena *arena,
			struct state_document *document, char *why) MUST_CHECK;
#endif
