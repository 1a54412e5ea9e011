/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU time, memory and descriptors of a process, as far as the system provides them (/proc). */
#ifndef ADMIN_PROCESS_USAGE_H
#define ADMIN_PROCESS_USAGE_H

#include <stdint.h>

/* A value that the system does not provide is negative. */
struct process_usage {
	double  cpu_seconds;
	int64_t memory_bytes;	/* its share of shared pages (PSS), else its resident set */
	int64_t fds, fds_limit;
};

void process_usage_read(struct process_usage *usage, uint32_t pid);

#endif
