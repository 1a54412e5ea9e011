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

#define ROW_NONE UINT32_MAX

bool session_table_open(uint32_t rows);
uint32_t session_table_take(void);	/* ROW_NONE: worker_sessions are in use */
void session_table_give(uint32_t row);
struct session_row *session_table_row(uint32_t row);
uint32_t session_table_used(void);
void session_table_trim(void);		/* once a second */

#endif
