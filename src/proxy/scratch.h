/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buffer of the process that bytes pass through on their way from one connection to another.
 * What is in it belongs to who has read it, until the loop turns; see kept.h for the rest.
 */
#ifndef PROXY_SCRATCH_H
#define PROXY_SCRATCH_H

#include <stddef.h>

#define SCRATCH_SIZE ((size_t)64 * 1024)

char *scratch(void);

#endif
