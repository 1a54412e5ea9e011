/* SPDX-License-Identifier: BSD-2-Clause */
/* What a start has found of the state files: which one is used, and what is wrong with others. */
#ifndef PROCESS_STATE_ORIGIN_H
#define PROCESS_STATE_ORIGIN_H

#include "config/shuttle.h"
#include "config/state_document.h"

#define STATE_READ_WHY 512	/* bytes of a sentence */

enum state_origin {
	STATE_ABSENT,	/* there is none */
	STATE_CURRENT,
	STATE_PREVIOUS,	/* FILE.old: the file itself is damaged */
	STATE_DAMAGED,	/* neither can be used */
	STATE_UNKNOWN,	/* a descriptor, memory or process is missing to read them: `why` */
};

struct state_read {
	enum state_origin     origin;
	struct state_document document;	/* STATE_CURRENT and STATE_PREVIOUS */
	char why[STATE_READ_WHY];	/* the file cannot be used, a sentence; "" */
	char why_old[STATE_READ_WHY];	/* the same for FILE.old */
	bool shuttle;	/* what is used is a document of shuttle's */
};

struct state_files {
	const char *path;
	enum shuttle_dialect dialect;
};

#endif
