/* SPDX-License-Identifier: BSD-2-Clause */
/* All descriptors of a process that was forked for one task. */
#ifndef OS_DESCRIPTORS_H
#define OS_DESCRIPTORS_H

/* Closes all from this number on. */
void descriptors_close_from(int first);

#endif
