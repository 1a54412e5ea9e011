/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a child with the trait KIND_REQUESTS requests: a reload, or edits of what is in force. Each
 * becomes a change in the queue, and its result goes back when every process has put it in place.
 */
#ifndef PROCESS_REQUEST_H
#define PROCESS_REQUEST_H

#include "core/slice.h"

/* One MESSAGE_REQUEST. false: it is not readable. */
bool request_take(struct slice message);
/* Whoever made the requests is gone: they go on, and nobody gets their results. */
void request_forget(void);

#endif
