/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buffers between clients and the files of their bodies: a few large ones for all spools of
 * the process. One of them stays when nobody uses any; the others go back to the system.
 */
#ifndef PROXY_SPOOL_BUFFER_H
#define PROXY_SPOOL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

/* Bytes. What a thread writes in one piece: handing it over costs as much as copying 30 kB. */
#define SPOOL_BUFFER ((size_t)256 * 1024)

void spool_buffer_open(void);
/* NULL: all are in use, or there is no memory for another one. */
char *spool_buffer_take(void) MUST_CHECK;
void spool_buffer_give(char *buffer);
bool spool_buffer_left(void);	/* not all are in use */
bool spool_buffer_used(void);	/* at least one is */

#endif
