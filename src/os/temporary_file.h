/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file without a name: nobody else can open it, and nothing is left of it when its last
 * descriptor is closed, however the process ends.
 */
#ifndef OS_TEMPORARY_FILE_H
#define OS_TEMPORARY_FILE_H

#include "core/base.h"

/* In the folder; open for reading and writing, and empty. May block. -1: errno. */
int temporary_file_open(const char *folder) MUST_CHECK;

#endif
