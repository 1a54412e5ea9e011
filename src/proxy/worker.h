/* SPDX-License-Identifier: BSD-2-Clause */
/* The worker process: accepts and relays. */
#ifndef PROXY_WORKER_H
#define PROXY_WORKER_H

extern const struct process_kind worker_kind;

#endif
