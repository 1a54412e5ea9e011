/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells systemd how it goes (sd_notify(3)'s protocol): silently nothing where nobody asked. */
#ifndef PROCESS_NOTIFY_H
#define PROCESS_NOTIFY_H

#include "core/base.h"

/* Reads NOTIFY_SOCKET and takes it out of the environment. */
void notify_init(void);
/* One or more lines, "READY=1\nSTATUS=..."; never waits. */
void notify_send(const char *fmt, ...) PRINTF(1, 2);

#endif
