/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers that take long, such as one about ten thousand backends, are written in slices. In
 * between the control process does everything else and pauses: other processes want the processor,
 * and it is traffic that they serve. All answers that are being written take turns, a slice each.
 * The answer is sent when it is whole, so it has its length.
 *
 * Objects may be removed between two steps: see service_walk.h.
 */
#ifndef ADMIN_LONG_ANSWER_H
#define ADMIN_LONG_ANSWER_H

#include <stdbool.h>

#include "core/base.h"

struct http_request;
struct text;

#define LONG_ANSWER_US 300	/* a slice is over when that has passed */
#define LONG_ANSWER_PAUSE_MS 1

struct long_answer_kind {
	/*
	 * One step: appends a piece, a small one because a slice is not cut in the middle of it.
	 * false: it was the last.
	 */
	bool (*step)(void *arg, struct text *out);
	/* It is whole: sends what has been written. */
	void (*send)(struct http_request *r, void *arg);
	/* Last, exactly once; also when the client has gone. */
	void (*over)(void *arg);
};

/* The first slice is written, and if it is the last the answer sent, before this returns. */
void long_answer(struct http_request *r, const struct long_answer_kind *kind, void *arg);

#endif
