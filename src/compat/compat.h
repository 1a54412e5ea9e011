/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The old programs whose command lines heddle understands: `heddle NAME ...`,
 * or a link called NAME. A command line becomes YAML text, and from there on
 * it is an ordinary heddle. A new program is a file and a row in compat.c.
 */
#ifndef COMPAT_COMPAT_H
#define COMPAT_COMPAT_H

#include <stdbool.h>

/*
 * true when the command line is an old program's: it has then run, and
 * *status is what to exit with.
 */
bool compat_run(int argc, char **argv, int *status);

#endif
