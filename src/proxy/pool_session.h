/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a session counts at the subscribed node that it goes to, and what it has found out about it:
 * core/pool_cell.h. The row of the session tells of the count (proxy/hold.h).
 */
#ifndef PROXY_POOL_SESSION_H
#define PROXY_POOL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base.h"

struct session_row;

/* `seen` is the count that the node was chosen by; exact: false if it has changed since. */
bool pool_session_count(uint32_t cell, uint64_t seen, bool exact,
			struct session_row *row) MUST_CHECK;
void pool_session_give(uint32_t cell, struct session_row *row);

/* The hold-off of the node, right after it was chosen: for pool_session_failed(). */
uint64_t pool_session_hold(uint32_t cell);
/* It could not be dialled. true: it is held off from now on. */
bool pool_session_failed(uint32_t cell, uint64_t hold, uint64_t now_ms);
void pool_session_connected(uint32_t cell);
/*
 * One of the sessions that wait for a vassal is to request it: which time that is, from 1. 0: it
 * was requested within the timeout.
 */
unsigned pool_session_request(uint32_t cell, uint64_t now_ms, uint64_t timeout_ms);

#endif
