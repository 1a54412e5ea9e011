/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of a backend in words, for the stats. */
#ifndef ADMIN_BACKEND_STATUS_H
#define ADMIN_BACKEND_STATUS_H

#include <stdbool.h>

struct backend;

/* Whether it is healthy and the file wants it to get sessions. */
bool backend_status_up(const struct backend *b);
/* up, down, checking, draining, maintenance */
const char *backend_status_word(const struct backend *b);
/* Why it is not up, in `buf`; NULL when it is. */
const char *backend_status_reason(const struct backend *b, char *buf, unsigned size);

#endif
