/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cells of objects that are no longer configured. They are given back once no process can count in
 * them any more: all have confirmed the change, no address of the service is left, and nothing is
 * active.
 */
#ifndef PROCESS_OBJECTS_FREE_H
#define PROCESS_OBJECTS_FREE_H

#include <stdbool.h>
#include <stdint.h>

struct object;

void objects_free_open(void);
void objects_free_close(void);
/*
 * Change `number` takes the object from the children; a reference passes to here. `service`: the
 * cell of a removed service whose listeners may still bring sessions, index HANDLE_NONE: of none.
 */
void objects_free_add(struct object *object, bool with_service, uint64_t number);
/* Gives back what can be; happens by itself once a second. */
void objects_free_run(void);
/* Whether services that that change, or one before it, removed may still have sessions. */
bool objects_free_pending(uint64_t change);

#endif
