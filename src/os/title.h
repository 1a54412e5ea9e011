/* SPDX-License-Identifier: BSD-2-Clause */
/* What ps shows for this process: "heddle: worker 1". */
#ifndef OS_TITLE_H
#define OS_TITLE_H

#include "core/base.h"

/*
 * Before anything keeps a pointer into argv or the environment: where titles
 * are written over them, both are moved. Returns the arguments to use.
 */
char **title_init(int argc, char **argv);

/* What every title of this process and its children ends in: the configuration. Copied. */
void title_about(const char *what);
void title_set(const char *fmt, ...) PRINTF(1, 2);

#endif
