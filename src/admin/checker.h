/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who looks after backends: one timer for each that is checked (`check`) or
 * marked by traffic (`passive`), whatever the number of workers. Results are
 * in the backends' cells, where workers see them at once and the next control
 * process finds them.
 */
#ifndef ADMIN_CHECKER_H
#define ADMIN_CHECKER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr.h"

struct backend;

#define CHECKER_FAILURE (ADDR_TEXT + 100)

void checker_open(void);	/* after loop_open() */
void checker_close(void);

/* After registry_commit(): starts, re-times and ends what the registry says now. */
void checker_commit(void);
/*
 * Processes came or went. One that has died may have left anything in the shared memory: what
 * is down there although nothing could have marked it, and nothing would find it up, is up.
 */
void checker_mend(void);

const struct addr *checker_address(const struct backend *b);
/* "tcp 10.0.1.11:80: connection refused" if its last check by this process failed; else false. */
bool checker_failure(const struct backend *b, char *buf, size_t size);

#endif
