/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects of a change: the next configuration, and the cells of what is new in it. Between
 * prepare and commit or withdraw nobody else sees it.
 */
#ifndef PROCESS_CHANGE_OBJECTS_H
#define PROCESS_CHANGE_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config_diff.h"

/* What is in force once the change is committed; NULL and told: there is no room for it. */
const struct config *change_objects_prepare(const struct config_diff *diff,
					    struct conf_errors *errors) MUST_CHECK;
/*
 * The operations to all children that are concerned, in order. `base_too`: they are also the
 * changes of the base.
 */
void change_objects_send(const struct config_diff *diff, bool base_too);
/* Rows of the base, where these are others. */
void change_objects_send_base(const struct config_diff *diff);
void change_objects_withdraw(const struct config_diff *diff);
/* The next configuration is in force. Before the children are sent the commit. */
void change_objects_commit(const struct config_diff *diff);
/* The children have been sent the commit, as change `number`. */
void change_objects_committed(const struct config_diff *diff, uint64_t number);

#endif
