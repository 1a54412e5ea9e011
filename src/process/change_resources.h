/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the master opens for a change: listening sockets and log files, and the descriptors that
 * both need. A change that has nothing to do with them costs nothing here.
 */
#ifndef PROCESS_CHANGE_RESOURCES_H
#define PROCESS_CHANGE_RESOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_diff.h"

struct node;

/*
 * Everything that can fail, for the configuration `next`. false, and told: nothing is left of it.
 * `tree`: the file that it comes from, for the lines of errors; NULL: no file.
 */
bool change_resources_prepare(const struct config_diff *diff, const struct config *next,
			      const struct node *tree, struct conf_errors *errors) MUST_CHECK;
/* Log files, before the operations on objects are sent, for a worker may write to a new one. */
void change_resources_send_logs(void);
void change_resources_send_addresses(void);
void change_resources_withdraw(void);
/* Before the children are sent the commit: a worker accepts from new sockets as soon as it has. */
void change_resources_listen(void);
/* The children have been sent the commit, as change `number`. */
void change_resources_committed(uint64_t number);

#endif
