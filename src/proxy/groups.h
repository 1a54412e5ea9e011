/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Groups of a service: backends that are names. Sessions go to their members, which are in the
 * service's set; a group is never chosen.
 */
#ifndef PROXY_GROUPS_H
#define PROXY_GROUPS_H

#include <stdbool.h>

struct backend;
struct service;

bool groups_is_member(const struct backend *group, const struct backend *b);
bool groups_resolved(const struct service *s, const struct backend *group);	/* it has members */
/* How many of its addresses are not used: no room, or they lead back to heddle. */
unsigned groups_left_out(const struct backend *group);
/*
 * Clients of the service wait: nothing is usable, and a name has had no answer yet, or what it has
 * come to is not checked yet. Or the service prefers its first backend, that is a name, and the
 * answer may be there in a moment.
 */
bool groups_wait(const struct service *s);

#endif
