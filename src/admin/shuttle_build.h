/* SPDX-License-Identifier: BSD-2-Clause */
/* From a request of shuttle's API to edits, against the configuration of its turn. */
#ifndef ADMIN_SHUTTLE_BUILD_H
#define ADMIN_SHUTTLE_BUILD_H

#include <stdbool.h>
#include <stdint.h>

struct changes_call;
struct conf_error;
struct config;

/* struct changes_handlers: of a service or a backend. */
bool shuttle_build(struct changes_call *call, const struct config *now);
/*
 * Of the whole configuration: a service that cannot be is left out, which is told as a warning in
 * the call's errors. The argument of the call is a word with a bit for each service of the body
 * that is left out because of its address.
 */
bool shuttle_build_whole(struct changes_call *call, const struct config *now);

/* Whether a row of the call's errors says that a service was left out. */
bool shuttle_build_left_out(const struct conf_error *row);

/* The bit of the service of the body that "services.NAME.listen" is about; 0: of none. */
uintptr_t shuttle_build_place(struct changes_call *call, const char *path);

#endif
