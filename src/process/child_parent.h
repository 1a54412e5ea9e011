/* SPDX-License-Identifier: BSD-2-Clause */
/* What a child does when the master has ended, however it hangs. */
#ifndef PROCESS_CHILD_PARENT_H
#define PROCESS_CHILD_PARENT_H

#include <sys/types.h>

/* After the user has changed: that clears the setting. Exits if the master has ended already. */
void child_parent_watch(pid_t master);
/* In a child that must not go on for a moment when the master has ended. */
void child_parent_bind(void);
/* In a process that a child has forked: the same, with that child. */
void child_parent_bind_to(pid_t child);

#endif
