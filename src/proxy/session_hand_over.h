/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A session that another process of heddle's finishes: the descriptor of the client goes through a
 * door (os/door.h), with the bytes that were read.
 */
#ifndef PROXY_SESSION_HAND_OVER_H
#define PROXY_SESSION_HAND_OVER_H

#include <stdbool.h>

#include "core/base.h"
#include "core/reason.h"
#include "core/slice.h"

struct session;

/* Its greeting says so. */
bool session_hand_over_wanted(const struct session *s);
/* Why the session ends here. `early` was read right now. */
enum reason session_hand_over(struct session *s, struct slice early) MUST_CHECK;

#endif
