/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One look at a backend: connect, close, say how it went. At most so many are
 * under way at once; the others wait their turn. What the result means is the
 * checker's business.
 */
#ifndef ADMIN_PROBE_H
#define ADMIN_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/addr.h"
#include "core/list.h"
#include "event/conn.h"

struct probe;

/* `error` 0: connected. Else an errno. `us` is how long it took. */
typedef void probe_handler(struct probe *p, int error, uint64_t us);

struct probe {
	struct list    link;	/* waiting for its turn */
	struct conn    conn;
	struct timer   timeout;
	struct addr    addr;
	uint64_t       timeout_ms;
	uint64_t       started_us;
	bool           dialling;
	probe_handler *handler;
};

void probe_setup(struct probe *p, probe_handler *handler);
/* One result follows, never before this returns. */
void probe_start(struct probe *p, const struct addr *addr, uint64_t timeout_ms);
/* No result follows any more. */
void probe_cancel(struct probe *p);
bool probe_active(const struct probe *p);

void probes_open(void);

#endif
