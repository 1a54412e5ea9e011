/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages that children send to the master: a handler each. All have passed message_rule():
 * their sender may send them, and their length is right. What they say is not believed.
 */
#ifndef PROCESS_MASTER_MESSAGES_H
#define PROCESS_MASTER_MESSAGES_H

struct child;
struct message;

/* `on_child_ready` is called once for each child, when it is READY. */
void master_messages_open(void (*on_child_ready)(struct child *c));
void master_messages_take(struct child *c, const struct message *m);

/* A child was forked: nothing was sent to it yet. */
void master_messages_joined(struct child *c);
/* A child has ended: what it was asked for has no answer, what it requested has no asker. */
void master_messages_lost(const struct child *c);
void master_messages_reaped(void);	/* and it is out of the table */

#endif
