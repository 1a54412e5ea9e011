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

#include "admin/check_kind.h"

struct backend;
struct change_op;
struct service;

#define CHECKER_FAILURE (CHECK_ABOUT + CHECK_WHY + 2)

void checker_open(void);	/* after loop_open() */
void checker_close(void);

/* Notes what the change has to do with. */
void checker_prepare(const struct change_op *op);
/* After registry_commit(): starts, re-times and ends the checks of what was noted. */
void checker_commit(void);
void checker_abort(void);
/*
 * Processes came or went. One that has died may have left anything in the shared memory: what
 * is down there although nothing could have marked it, and nothing would find it up, is up.
 */
void checker_repair(void);

/*
 * Checks it now, beside what its interval asks for; a check that is under way is that one. false:
 * it has no check, or is in maintenance.
 */
bool checker_start(const struct service *s, const struct backend *b);

/* "tcp 10.0.1.11:80: connection refused" if its last check by this process failed; else false. */
bool checker_failure(const struct backend *b, char *buf, size_t size);
/* "connection refused", likewise; NULL. */
const char *checker_detail(const struct backend *b);

#endif
