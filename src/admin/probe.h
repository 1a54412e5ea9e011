/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One check of a backend: connects, lets its kind go on, closes, gives the outcome. At most so many
 * are under way at once; the others wait. What the outcome means is said in check_result.c.
 */
#ifndef ADMIN_PROBE_H
#define ADMIN_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "admin/check_kind.h"
#include "core/addr.h"
#include "core/base.h"
#include "core/list.h"
#include "core/text.h"
#include "event/conn.h"

struct probe;

/* `us` is how long it took. */
typedef void probe_handler(struct probe *p, const struct check_outcome *outcome, uint64_t us);

#define PROBE_BYTES 256

struct check_pattern;

struct probe {
	struct list    link;	/* waiting for its turn */
	struct conn    conn;
	struct timer   timeout;
	struct addr    addr;
	uint64_t       timeout_ms;
	uint64_t       started_us;
	bool           active;	/* connecting, or its kind is at work */
	bool           connected;
	probe_handler *handler;
	const struct check_kind *kind;
	const void    *conf;	/* the directives of its own; valid while it is active */
	struct check_pattern *pattern;	/* of the directives; NULL; valid while it is active */
	uint8_t        modifiers[2];	/* of uwsgi packets that the backend gets */
	struct text    out;	/* to be sent */
	size_t         sent;	/* of that */
	struct text    in, wanted;	/* the kind's: what it keeps, what it waits for */
	_Alignas(8) char bytes[PROBE_BYTES];	/* the kind's: zeroes when it has connected */
	uint32_t       count;
};

/* How to check: all of it must be valid until the result. */
struct probe_what {
	const struct check_kind *kind;
	const void              *conf;	/* the directives of its own */
	struct check_pattern    *pattern;
	uint8_t                  modifiers[2];
};

void probe_setup(struct probe *p, probe_handler *handler);
/* One result follows, never before this returns. */
void probe_start(struct probe *p, const struct probe_what *what, const struct addr *addr,
		 uint64_t timeout_ms);
/*
 * For kinds: sends the rest of p->out. true: all of it is sent. false: not yet, ready() has to
 * call it again; or that was the end.
 */
bool probe_send(struct probe *p);
/* Reads what has come into a buffer that all probes share; one read. */
enum io probe_receive(struct probe *p, struct slice *got) MUST_CHECK;
/* For kinds: the end. */
void probe_pass(struct probe *p);
void probe_fail(struct probe *p, const char *fmt, ...) PRINTF(2, 3);
void probe_fail_error(struct probe *p, int error);	/* an errno of its connection */

/* No result follows any more. */
void probe_cancel(struct probe *p);
bool probe_active(const struct probe *p);

void probe_open(void);

#endif
