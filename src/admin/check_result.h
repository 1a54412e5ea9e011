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

#include "admin/check_kind.h"

struct addr;
struct backend;
struct service;

/* What is remembered of a backend beside its cell; lost with the process. */
struct check_memory {
	bool     failed;	/* the last one, for this reason: */
	char     about[CHECK_ABOUT];
	char     why[CHECK_WHY];
	uint64_t failed_ms;	/* the cell's, as of the last result: traffic marks too */
};

void check_result_memory(struct check_memory *memory, const struct backend *b);
/* "tcp 10.0.1.11:80: connection refused"; false when the last one passed. */
bool check_result_failure(const struct check_memory *memory, char *buf, size_t size);

/* Where a backend is checked: at its own address, or where `check` of it says. */
const struct addr *check_result_address(const struct backend *b);
/* The kind of its checks; that of passive probes where it has none. */
const struct check_kind *check_result_kind(const struct service *s);

/* Of an active check: counts rise and fall. */
void check_result(struct service *s, struct backend *b, struct check_memory *memory,
		  const struct check_outcome *outcome, uint64_t us);
/* Of a probe of a backend that traffic has marked, or of the one at the start. */
void check_result_passive(struct service *s, struct backend *b, struct check_memory *memory,
			  const struct check_outcome *outcome, uint64_t us);
/* It was down, and nobody checks it any more: it has just been set up again. */
void check_result_unwatched(const struct service *s, const struct backend *b);
/* It is up again, for it never was down: see checker_repair(). */
void check_result_repaired(const struct service *s, const struct backend *b);

#endif
