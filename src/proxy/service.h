/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A service: where sessions come from and may go. Owned by the registry,
 * counted by its sessions and listeners; conf and set are swapped by a commit.
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
	uint64_t                   patience_ms;	/* least timeout of silence; 0: none */
	struct backend_set         set;		/* what is chosen from now */
	const struct balancer     *balancer;
	uint32_t                   references;	/* the registry, sessions, listeners */
	bool                       untidy;	/* the set has holes or is out of order */
	bool                       removed;
	uint64_t                   removed_at;	/* loop clock */
	/* Whether a first read right after accept finds something, kept as a moving share. */
	uint32_t                   early_tries, early_hits;
};

struct service *service_new(struct handle handle, const char *name);
void service_hold(struct service *s);
void service_release(struct service *s);	/* the last one frees it */

/* Takes over `arena` and what it holds; the conf before is freed. */
void service_set_conf(struct service *s, struct arena *arena, const struct service_conf *conf);

/* Room for `count` backends; sessions hold backends, never a set. false: out of memory. */
bool service_set_resize(struct service *s, uint32_t count) MUST_CHECK;

/* Counts a session in and out of the shared cell; false: max_connections. */
bool service_enter(struct service *s, struct session_row *row) MUST_CHECK;
void service_leave(struct service *s, struct session_row *row);

#endif
