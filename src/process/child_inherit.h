/* SPDX-License-Identifier: BSD-2-Clause */
/* Which descriptors of the master a child keeps: those that the row of its kind names. */
#ifndef PROCESS_CHILD_INHERIT_H
#define PROCESS_CHILD_INHERIT_H

struct child;

/* In the child, after its fork: closes all that its kind does not inherit. */
void child_inherit(const struct child *self);

#endif
