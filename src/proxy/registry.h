/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All services and backends of this process, by handle. registry_prepare()
 * queues the operations of a change, registry_commit() applies them all,
 * between two turns of the loop. Workers choose from it; the control process
 * checks and shows what is in it.
 */
#ifndef PROXY_REGISTRY_H
#define PROXY_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"

struct backend;
struct change_op;
struct service;
struct settings;

bool registry_open(uint32_t max_services, uint32_t max_backends);
void registry_close(void);

/* Takes CHANGE_SETTINGS, CHANGE_SERVICE and CHANGE_BACKEND; false: not one of these. */
bool registry_prepare(const struct change_op *op);
void registry_commit(void);
void registry_abort(void);

const struct settings *registry_settings(void);
struct service *registry_service(uint32_t index);	/* NULL: none there now */
struct service *registry_find(const char *name);
/* Services in use, by struct service.link, in the order of the file. Removed ones are not in it. */
const struct list *registry_services(void);
/* The backend now at that cell; its place in its service's set in *position. NULL: none. */
struct backend *registry_backend(uint32_t index, uint32_t *position);
/* Since when it is removed or drains (loop clock); 0: it is in use, or its service is gone. */
uint64_t registry_leaves_at(const struct backend *b);

#endif
