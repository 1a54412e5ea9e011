/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a probe's result means for its backend: the words in its cell, and a
 * log line where it matters.
 */
#ifndef ADMIN_CHECK_RESULT_H
#define ADMIN_CHECK_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backend;
struct service;

/* What is remembered of a backend beside its cell; lost with the process. */
struct check_memory {
	int      error;		/* of the last result; 0: it passed, or there was none */
	uint64_t failed_ms;	/* the cell's, as of the last result: traffic marks too */
};

void check_memory_init(struct check_memory *memory, const struct backend *b);
/* "tcp 10.0.1.11:80: connection refused"; false when the last one passed. */
bool check_memory_print(const struct check_memory *memory, const struct backend *b, char *buf,
			size_t size);

/* Of an active check: counts rise and fall. `error` is an errno, 0: connected. */
void check_result(struct service *s, struct backend *b, struct check_memory *memory, int error,
		  uint64_t us);
/* Of a look at a backend that traffic has marked, or of the one at the start. */
void check_result_passive(struct service *s, struct backend *b, struct check_memory *memory,
			  int error, uint64_t us);
/* It was down, and nobody will look any more: it has just been set up again. */
void check_result_unwatched(const struct service *s, const struct backend *b);
/* It is up again, for it never was down: see checker_mend(). */
void check_result_mended(const struct service *s, const struct backend *b);

#endif
