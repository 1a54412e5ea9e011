/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The old programs whose command lines heddle understands: `heddle NAME ...`,
 * or a link called NAME. A command line is translated to YAML text, which is loaded like a
 * configuration file. A new program is a file and a row in compat.c.
 */
#ifndef COMPAT_COMPAT_H
#define COMPAT_COMPAT_H

#include <stdbool.h>

/*
 * true: the command line is that of an old program, heddle has run in its place, and *status is
 * the exit status.
 */
bool compat_run(int argc, char **argv, int *status);

#endif
