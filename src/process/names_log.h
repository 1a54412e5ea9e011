/* SPDX-License-Identifier: BSD-2-Clause */
/* What the log says when the addresses of names change, and when some of them are not used. */
#ifndef PROCESS_NAMES_LOG_H
#define PROCESS_NAMES_LOG_H

#include <stddef.h>

struct diff_row;
struct text;

/* ", added 10.0.0.7:80, 10.0.0.8:80 and 3 more, removed ..." */
void names_log_rows(const struct diff_row *rows, size_t count, struct text *out);
void names_log_change(const char *groups);
/* Once each, until all of the addresses of the group at `path` are used. */
void names_log_short(const char *path, unsigned count);
void names_log_ring(const char *path, unsigned count, const char *ring);

#endif
