/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * This worker's rows in shared memory, one per session: lowest first, so that
 * few pages are touched; pages that are not used any more go back.
 */
#ifndef PROXY_SESSION_TABLE_H
#define PROXY_SESSION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

struct session_row;

bool session_table_open(uint32_t rows);
struct session_row *session_table_take(void);	/* NULL: worker_sessions are in use */
void session_table_give(struct session_row *row);
uint32_t session_table_used(void);
void session_table_trim(void);		/* once a second */

#endif
