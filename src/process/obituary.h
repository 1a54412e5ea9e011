/* SPDX-License-Identifier: BSD-2-Clause */
/* What is logged and counted when a process has ended. */
#ifndef PROCESS_OBITUARY_H
#define PROCESS_OBITUARY_H

#include <stdint.h>

struct child;

/* `status` as waitpid() has it; `delay_ms` until it starts again, if it does. */
void obituary(const struct child *c, int status, uint32_t sessions, uint64_t delay_ms);

#endif
