/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process that writes the state file, and does nothing else: a disk that stands still holds
 * up neither the control process nor the master. A change by the API waits for it; everything
 * else is written soon, and again every second until the disk takes it.
 */
#ifndef ADMIN_STATE_WRITER_H
#define ADMIN_STATE_WRITER_H

struct process_kind;

extern const struct process_kind state_kind;

#endif
