/* SPDX-License-Identifier: BSD-2-Clause */
/* What services and backends are now, found by their object. */
#ifndef ADMIN_OBJECT_STATUS_H
#define ADMIN_OBJECT_STATUS_H

#include <stdbool.h>

struct object;
struct text;

/* NULL: nothing is known of it, as in a dry run, or its kind has none. */
const char *object_status_word(const struct object *object);
/*
 * Whether a backend is what its `state` asks for: up, or without sessions. false: `why` has what it
 * is instead, "is down". Other objects are what they should be.
 */
bool object_status_reached(const struct object *object, struct text *why);
/* Whether a backend is up, or an address of it is where it is a name; one that is new, too. */
bool object_status_up(const struct object *object);

#endif
