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

/*
 * Takes settings, services, backends and subscription servers; false: it is something else, and
 * still the caller's.
 */
bool registry_prepare(const struct change_op *op);
void registry_commit(void);
void registry_abort(void);

const struct settings *registry_settings(void);
struct service *registry_service(uint32_t index);	/* NULL: none there now */
struct service *registry_find(const char *name);
/* Services in use, by struct service.link, in the order of the file. Removed ones are not in it. */
const struct list *registry_services(void);
/*
 * The backend now at that cell; its place among those of its tier in the service's set in
 * *position. NULL: none, or a group.
 */
struct backend *registry_backend(uint32_t index, uint32_t *position);
struct backend *registry_group(uint32_t index);	/* NULL: no group is at that cell */
/* Since when it is removed or drains (loop clock); 0: it is in use, or its service is gone. */
uint64_t registry_leaves_at(const struct backend *b);
/* How long its sessions may go on when it leaves (0: for ever), by the last of its settings. */
uint64_t registry_drain_timeout(const struct backend *b, const struct service *s);

#endif
