/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The listening socket of the control process: beside the pid file, for the user that
 * children become.
 */
#ifndef PROCESS_CONTROL_SOCKET_H
#define PROCESS_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base.h"

struct identity;

/* The pid file is locked already: whatever socket lies there is stale. */
bool control_socket_open(const char *pid_file, const struct identity *id, char *why,
			 size_t size) MUST_CHECK;
int control_socket_fd(void);		/* listening; -1: none */
void control_socket_close(void);	/* in a child */
void control_socket_remove(void);	/* at the end */

#endif
