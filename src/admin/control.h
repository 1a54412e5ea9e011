/* SPDX-License-Identifier: BSD-2-Clause */
/* The control process: admin HTTP, health checks and probes, the log writer. */
#ifndef ADMIN_CONTROL_H
#define ADMIN_CONTROL_H

extern const struct process_kind control_kind;

#endif
