/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of this worker in the shared memory, one for each session. The lowest free row is taken
 * first, so that few pages are used; pages without a session are given back to the system.
 */
#ifndef PROXY_SESSION_TABLE_H
#define PROXY_SESSION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct session_row;

bool session_table_open(uint32_t rows);
struct session_row *session_table_take(void);	/* NULL: worker_sessions are in use */
void session_table_give(struct session_row *row);
void session_table_trim(void);		/* once a second */

#endif
