/* SPDX-License-Identifier: BSD-2-Clause */
/* The error about an address that cannot be listened on, with its line. */
#ifndef PROCESS_LISTEN_FAIL_H
#define PROCESS_LISTEN_FAIL_H

struct conf_errors;
struct kind_listener;
struct node;
struct process_kind;

/* `tree` (NULL: none) has the lines of what is no object. */
void listen_fail(struct conf_errors *errors, const struct node *tree,
		 const struct process_kind *kind, const struct kind_listener *l, const char *why);

#endif
