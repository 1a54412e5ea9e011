/* SPDX-License-Identifier: BSD-2-Clause */
/* What has gone wrong in Python, as a sentence in one line. */
#ifndef LANGUAGE_PYTHON_ERROR_H
#define LANGUAGE_PYTHON_ERROR_H

#include <stdbool.h>

#include "core/base.h"

struct language_error;

void python_error_set(struct language_error *e, unsigned line, const char *fmt, ...) PRINTF(3, 4);
/* Takes the exception that there is; with `print`, its traceback goes to standard error. */
void python_error_take(struct language_error *e, bool print);

#endif
