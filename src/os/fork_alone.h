/* SPDX-License-Identifier: BSD-2-Clause */
/* A process that was forked and has closed its copies of what is not for it. */
#ifndef OS_FORK_ALONE_H
#define OS_FORK_ALONE_H

#include <sys/types.h>

/*
 * Waits until the process `pid`, just forked, has written one byte to the other side of `fd`, by
 * which it says that its copies of descriptors are closed: else they would keep connections open,
 * and known to the loop, after they are closed here. One that has not come so far after 2 seconds
 * (it is stopped) is killed; its end is noticed as that of any other.
 */
void fork_alone_wait(int fd, pid_t pid);

#endif
