/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the state to systemd (protocol of sd_notify(3)); does nothing without NOTIFY_SOCKET. */
#ifndef OS_NOTIFY_H
#define OS_NOTIFY_H

#include "core/base.h"

/* Reads NOTIFY_SOCKET and removes it from the environment. */
void notify_init(void);
/* Sends one or more lines, "READY=1\nSTATUS=..."; never waits. */
void notify_send(const char *fmt, ...) PRINTF(1, 2);

#endif
