/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A service: where sessions come from and may go. Owned by the registry,
 * counted by its sessions; conf and set are swapped whole by a commit.
 */
#ifndef PROXY_SERVICE_H
#define PROXY_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"
#include "event/conn.h"
#include "proxy/backend.h"

struct balancer;

struct service {
	struct list                link;	/* registry */
	struct handle              handle;
	char                      *name;
	struct arena              *arena;	/* owns conf */
	const struct service_conf *conf;
	struct conn_tuning         tuning;	/* from conf */
	struct backend_set         set;		/* what is chosen from now */
	const struct balancer     *balancer;
	uint32_t                   references;	/* sessions and the registry */
	bool                       removed;
	uint64_t                   removed_at;	/* loop clock */
	bool                       immediate_read;	/* clients here speak first: recv before the loop */
	uint32_t                   read_hits, read_misses;
};

void service_hold(struct service *s);
void service_release(struct service *s);

#endif
