/* SPDX-License-Identifier: BSD-2-Clause */
/* POST /_v1/reload: the master is asked; the client is answered when the master has answered. */
#ifndef ADMIN_RELOAD_H
#define ADMIN_RELOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"

struct http_request;

void reload_serve(struct http_request *r, const char *rest);
/* For struct child_role. */
void reload_done(uint32_t id, bool applied, struct slice text);
/* Before http_close(): its requests go with it. */
void reload_forget(void);

#endif
