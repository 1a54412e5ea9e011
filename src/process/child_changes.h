/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes as they arrive in a child: operations are prepared by the role, and put in place by one
 * commit or thrown away.
 */
#ifndef PROCESS_CHILD_CHANGES_H
#define PROCESS_CHILD_CHANGES_H

#include <stdbool.h>
#include <stdint.h>

struct child_role;
struct config;
struct message;
struct process_kind;

/* What this process begins with. false: it cannot have that, which has been logged. */
bool child_changes_begin(const struct child_role *role, const struct config *config,
			 const struct process_kind *kind, uint64_t serial);
/* `answer` sends a message_answer: MESSAGE_PREPARED or MESSAGE_COMMITTED; `why` NULL: ok. */
typedef void child_changes_answer(unsigned message, uint64_t change, const char *why);
/* The next change may bring more descriptors than there is room for. */
void child_changes_descriptors(const struct message *m);
void child_changes_operation(const struct message *m);
void child_changes_prepare(const struct message *m, child_changes_answer *answer);
void child_changes_abort(void);
void child_changes_commit(const struct message *m, child_changes_answer *answer);

#endif
