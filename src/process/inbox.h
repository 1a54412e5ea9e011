/* SPDX-License-Identifier: BSD-2-Clause */
/* What children tell the master, message by message, and what follows from it. */
#ifndef PROCESS_INBOX_H
#define PROCESS_INBOX_H

struct child;
struct message;
struct message_rule;

/* `ready` is called whenever a child has become READY. */
void inbox_open(void (*ready)(struct child *c));
void inbox_take(struct child *c, const struct message *m, const struct message_rule *rule);

#endif
