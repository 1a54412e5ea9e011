/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the errno of a failed connection to a backend means: whether it counts against the
 * backend, and in which words logs and statistics name it. The only place that sorts them.
 */
#ifndef PROXY_DIAL_ERROR_H
#define PROXY_DIAL_ERROR_H

#include "core/layout.h"

#define DIAL_ERROR_LOCAL (-1)	/* of this machine, not of the backend */

/*
 * enum dial_error: what is counted against the backend. DIAL_ERROR_LOCAL: this machine lacks
 * descriptors, memory, ports or permission, or the backlog of a unix socket is full.
 */
int dial_error_kind(int error);

/* PAUSE_DESCRIPTORS or PAUSE_MEMORY: every other backend would meet the same. Else PAUSE_NONE. */
enum pause_cause dial_error_shortage(int error);

/* "connection refused": the same on every system. */
const char *dial_error_text(int error);

#endif
